/** So many begin together: what they write is put on disk, and handed to the system, once for all of them. */
const TOGETHER = 3;

/**
 * Lets what begins at once begin a few at a time, the next when what those before could do without waiting has been done.
 *
 * Many messages that begin together would all be encrypted before the first of them leaves, and the other side would stand idle.
 */
export class Staggered {
  readonly #waiting: Array<() => void> = [];
  #isOn = false;

  /** Resolves when it is time to begin. */
  turn(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      if (this.#isOn) return;
      this.#isOn = true;
      process.nextTick(() => this.#next());
    });
  }

  #next(): void {
    const few = this.#waiting.splice(0, TOGETHER);
    this.#isOn = few.length > 0;
    for (const begin of few) begin();
    // Promises run until none can go on, then the ticks, and then again promises.
    if (this.#isOn) queueMicrotask(() => process.nextTick(() => this.#next()));
  }
}
