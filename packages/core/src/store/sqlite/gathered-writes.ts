interface Job {
  run(): unknown;
  resolve(result: never): void;
  reject(error: unknown): void;
}

/**
 * Writes together what is handed over before the promises of the moment have run: a commit costs more than many writes.
 *
 * One that fails is undone by itself, and the others are not.
 */
export class GatheredWrites {
  #jobs: Job[] = [];

  /** @param transaction runs all or nothing, also within another one */
  constructor(private readonly transaction: (run: () => unknown) => unknown) {}

  /** Resolves with the result when it is stored. */
  add<T>(run: () => T): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.#jobs.push({ run, resolve: resolve as Job['resolve'], reject });
    if (this.#jobs.length === 1) process.nextTick(() => this.flush());
    return promise;
  }

  /** Writes what has been handed over so far. */
  flush(): void {
    const jobs = this.#jobs;
    if (jobs.length === 0) return;
    this.#jobs = [];
    const ends: Array<() => void> = [];
    try {
      this.transaction(() => {
        for (const { run, resolve, reject } of jobs) {
          try {
            const result = this.transaction(run) as never;
            ends.push(() => resolve(result));
          } catch (error) {
            ends.push(() => reject(error));
          }
        }
      });
      for (const end of ends) end();
    } catch (error) {
      for (const { reject } of jobs) reject(error);
    }
  }
}
