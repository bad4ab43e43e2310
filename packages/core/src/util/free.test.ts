import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { free } from './free.js';

it('bytes that are given back are empty, and those that share their memory stay', () => {
  const alone = new Uint8Array(1_000);
  free(alone);
  expect(alone.byteLength).toBe(0);
  const all = randomBytes(1_000);
  const whole = Buffer.from(all);
  free(all.subarray(1));
  expect(all).toEqual(whole);
});
