import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from './clock.js';

const HOUR_MS = 3_600_000;

describe('the clock of the system', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it.each([-6, 6])('that jumps by %i hours moves no timer', (hours) => {
    const run = vi.fn();
    systemClock.after(10_000, run);
    vi.setSystemTime(Date.now() + hours * HOUR_MS);
    vi.advanceTimersByTime(9_999);
    expect(run).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(run).toHaveBeenCalledOnce();
  });

  it('waits for 30 days, which is longer than a timer of Node.js can', () => {
    const run = vi.fn();
    const callOff = systemClock.after(30 * 24 * HOUR_MS, run);
    systemClock.after(30 * 24 * HOUR_MS, run);
    vi.advanceTimersByTime(30 * 24 * HOUR_MS - 1);
    expect(run).not.toHaveBeenCalled();
    callOff();
    vi.advanceTimersByTime(1);
    expect(run).toHaveBeenCalledOnce();
  });
});
