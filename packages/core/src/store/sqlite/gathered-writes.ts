import type { Transactions } from './transactions.js';

interface Job {
  run(): unknown;
  resolve(result: never): void;
  reject(error: unknown): void;
}

/** So many go into one commit: what is more waits for the next turn, so that timers and connections get theirs in between. */
const MOST = 64;

/**
 * Writes together what is handed over within one turn of the event loop, and by those that are being written: a commit costs
 * more than many writes.
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
    this.#timer ??= setImmediate(() => this.#commit());
    return promise;
  }

  /** Writes what has been handed over so far. */
  flush(): void {
    while (this.#jobs.length > 0) this.#commit();
  }

  #commit(): void {
    const jobs = this.#jobs;
    const ends: Array<() => void> = [];
    try {
      // Meanwhile the jobs may add to themselves.
      this.transactions.run(() => {
        for (const job of jobs) if (ends.push(this.#end(job)) === MOST) break;
      });
    } catch (error) {
      ends.length = 0;
      ends.push(
        ...jobs.slice(0, MOST).map(
          ({ reject }) =>
            () =>
              reject(error),
        ),
      );
    }
    clearImmediate(this.#timer);
    this.#jobs = jobs.slice(ends.length);
    this.#timer = this.#jobs.length > 0 ? setImmediate(() => this.#commit()) : undefined;
    for (const end of ends) end();
  }

  /** Does one; what it comes to is told when all are stored. */
  #end({ run, resolve, reject }: Job): () => void {
    try {
      const result = this.transactions.runUndoable(run) as never;
      return () => resolve(result);
    } catch (error) {
      // A full disk may have ended the whole transaction already.
      if (!this.transactions.isOpen) throw error;
      return () => reject(error);
    }
  }
}
