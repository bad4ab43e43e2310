import { describe, expect, it } from 'vitest';
import { backoffMs } from './backoff.js';

describe('the back-off', () => {
  it('doubles its span and stops at two minutes', () => {
    expect([1, 2, 3, 20].map((attempt) => backoffMs(attempt, 1))).toEqual([2_000, 4_000, 8_000, 120_000]);
  });

  it('spreads devices over the whole span, but never below half a second', () => {
    expect(backoffMs(3, 0)).toBe(500);
    expect(backoffMs(3, 0.5)).toBe(4_250);
  });

  it('asks for a device that another process runs at a steady pace', () => {
    expect(backoffMs(30, 0.9, true)).toBe(2_000);
  });
});
