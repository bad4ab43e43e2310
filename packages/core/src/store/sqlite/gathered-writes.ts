import type { Transactions } from './transactions.js';

interface Job {
  run(): unknown;
  resolve(result: never): void;
  reject(error: unknown): void;
}

/**
 * Writes together what is handed over within one turn of the event loop: a commit costs more than many writes.
 *
 * One that fails is undone by itself, and the others are not.
 */
export class GatheredWrites {
  #jobs: Job[] = [];

  #timer: NodeJS.Immediate | undefined;

  constructor(private readonly transactions: Transactions) {}

  /** Resolves with the result when it is stored. */
  add<T>(run: () => T): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.#jobs.push({ run, resolve: resolve as Job['resolve'], reject });
    this.#timer ??= setImmediate(() => this.flush());
    return promise;
  }

  /** Writes what has been handed over so far. */
  flush(): void {
    clearImmediate(this.#timer);
    this.#timer = undefined;
    const jobs = this.#jobs;
    if (jobs.length === 0) return;
    this.#jobs = [];
    const ends: Array<() => void> = [];
    try {
      this.transactions.run(() => {
        for (const { run, resolve, reject } of jobs) {
          try {
            const result = this.transactions.runUndoable(run) as never;
            ends.push(() => resolve(result));
          } catch (error) {
            // A full disk may have ended the whole transaction already.
            if (!this.transactions.isOpen) throw error;
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
