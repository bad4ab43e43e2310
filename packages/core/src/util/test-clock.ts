import type { Clock } from './clock.js';

/** A clock that stands still until a test lets time pass, or sets the system's clock: a jump, which moves no timer. */
export function testClock(): Clock & { pass(ms: number): void; jump(ms: number): void } {
  let passed = 0;
  let start = 1_000_000;
  const timers = new Map<() => void, number>();
  return {
    now: () => start + passed,
    after(ms, run) {
      const due = () => run();
      timers.set(due, passed + ms);
      return () => timers.delete(due);
    },
    jump(ms) {
      start += ms;
    },
    pass(ms) {
      passed += ms;
      for (const [due, at] of [...timers]) {
        if (at <= passed && timers.delete(due)) due();
      }
    },
  };
}
