/** Time and timers, so that tests can hold them still. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Runs once after `ms` milliseconds; call the result to prevent it. */
  after(ms: number, run: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};
