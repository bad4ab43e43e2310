/**
 * Lets what begins at once begin one after the other, each when what the one before could do without waiting has been done.
 *
 * Many messages that begin together would all be encrypted before the first of them leaves, and the other side would stand idle.
 */
export class Staggered {
  readonly #waiting: Array<() => void> = [];

  /** Resolves when it is time to begin. */
  turn(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      if (this.#waiting.length === 1) process.nextTick(() => this.#next());
    });
  }

  #next(): void {
    this.#waiting[0]?.();
    // Promises run until none can go on, then the ticks, and then again promises.
    queueMicrotask(() =>
      process.nextTick(() => {
        this.#waiting.shift();
        if (this.#waiting.length > 0) this.#next();
      }),
    );
  }
}
