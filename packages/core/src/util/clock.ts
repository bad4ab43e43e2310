/** Time and timers, so that tests can hold them still. */
export interface Clock {
  /** Epoch milliseconds, by the system's clock: it may jump either way. */
  now(): number;
  /** Runs once after `ms` milliseconds, however the system's clock jumps meanwhile; call the result to prevent it. */
  after(ms: number, run: () => void): () => void;
}

/** Node.js takes anything longer for one millisecond. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, run) {
    let timer: NodeJS.Timeout;
    const wait = (left: number): void => {
      const part = Math.min(left, LONGEST_TIMER_MS);
      timer = setTimeout(() => (left > part ? wait(left - part) : run()), part);
    };
    wait(ms);
    return () => clearTimeout(timer);
  },
};
