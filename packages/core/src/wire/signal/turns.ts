/** One thing at a time per key: an operation begins when all earlier ones on any of its keys have ended. */
export class Turns {
  readonly #last = new Map<string, Promise<void>>();

  take<T>(keys: string[], job: () => Promise<T>): Promise<T> {
    const result = Promise.all(keys.map((key) => this.#last.get(key))).then(job);
    const end = result.then(
      () => undefined,
      () => undefined,
    );
    for (const key of keys) this.#last.set(key, end);
    void end.then(() => {
      for (const key of keys) if (this.#last.get(key) === end) this.#last.delete(key);
    });
    return result;
  }
}
