import type { Clock } from '../util/clock.js';

/** Between two calls: what comes in a crowd is read in portions that are worth a look into the database. */
const PAUSE_MS = 10;

/** Passes on what it is given: at once after a quiet moment, and together what comes sooner than that. */
export class Paced<T> {
  #waiting = new Set<T>();
  #cancelPause: (() => void) | undefined;
  #isWanted = false;

  constructor(
    private readonly clock: Clock,
    private readonly pass: (all: T[]) => void,
  ) {}

  add(all: T[]): void {
    for (const each of all) this.#waiting.add(each);
    this.#isWanted = true;
    if (!this.#cancelPause) this.#pass();
  }

  /** Nobody listens any more. */
  end(): void {
    this.#isWanted = false;
    this.#cancelPause?.();
  }

  #pass(): void {
    const all = [...this.#waiting];
    this.#waiting.clear();
    this.#isWanted = false;
    this.#cancelPause = this.clock.after(PAUSE_MS, () => {
      this.#cancelPause = undefined;
      if (this.#isWanted) this.#pass();
    });
    this.pass(all);
  }
}
