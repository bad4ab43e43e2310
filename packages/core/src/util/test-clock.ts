import type { Clock } from './clock.js';

/** A clock that stands still until a test lets time pass. */
export function testClock(): Clock & { pass(ms: number): void } {
  let now = 1_000_000;
  const timers = new Map<() => void, number>();
  return {
    now: () => now,
    after(ms, run) {
      const due = () => run();
      timers.set(due, now + ms);
      return () => timers.delete(due);
    },
    pass(ms) {
      now += ms;
      for (const [due, at] of [...timers]) {
        if (at <= now && timers.delete(due)) due();
      }
    },
  };
}
