import type { ManagerOptions } from '@wharf/core';

/** A clock whose timers run so much faster, so that a bound of a minute is over in seconds. The time of day stays. */
export function fastClock(factor: number): NonNullable<ManagerOptions['clock']> {
  return {
    now: () => Date.now(),
    after(ms, run) {
      const timer = setTimeout(run, ms / factor);
      return () => clearTimeout(timer);
    },
  };
}

/** A clock by which the time of day runs so much faster, too: ten minutes are over in a second. */
export function simulatedClock(factor: number): NonNullable<ManagerOptions['clock']> {
  const start = Date.now();
  return { ...fastClock(factor), now: () => start + (Date.now() - start) * factor };
}
