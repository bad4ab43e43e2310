import type { Database } from './database.js';

/** A batch that is open, and who waits for it. */
interface Batch {
  committed: Promise<void>;
  resolve(): void;
  reject(error: unknown): void;
  timer: NodeJS.Immediate;
}

/**
 * Commits together what is written within one turn of the event loop: a commit costs more than many writes.
 *
 * Reads see what is not committed yet. Only for a file that one connection has for itself: the lock of the writer is held from
 * the first write of a turn to its end.
 */
export class GroupCommit {
  #batch: Batch | undefined;
  #onLost: (error: unknown) => void = () => undefined;

  constructor(private readonly db: Database) {}

  /** Hears of a batch that could not be committed: none of its writes has happened, whatever was said of them. */
  set onLost(listener: (error: unknown) => void) {
    this.#onLost = listener;
  }

  /** Puts the write that follows into the open batch. Resolves when that is on disk. */
  join(): Promise<void> {
    this.#batch ??= this.#begin();
    return this.#batch.committed;
  }

  /** All or nothing, and the whole batch with it: to be able to undo a part of it would cost more than all that is written. */
  transaction<T>(run: () => T): T {
    this.join();
    try {
      return run();
    } catch (error) {
      this.#lose(error);
      throw error;
    }
  }

  /** Commits now. */
  flush(): void {
    const batch = this.#batch;
    if (!batch) return;
    const error = this.#commit();
    if (error !== undefined) throw error;
  }

  #begin(): Batch {
    this.db.exec('BEGIN IMMEDIATE');
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    // Whoever waits hears of it; that nobody does is no reason to end the process.
    promise.catch(() => undefined);
    const timer = setImmediate(() => this.#commit());
    return { committed: promise, resolve, reject, timer };
  }

  #commit(): unknown {
    if (!this.#batch) return undefined;
    try {
      this.db.exec('COMMIT');
      this.#end();
      return undefined;
    } catch (error) {
      this.#lose(error);
      return error ?? new Error('The batch was not committed.');
    }
  }

  #lose(error: unknown): void {
    // A full disk may have ended the transaction already.
    if (this.db.inTransaction) this.db.exec('ROLLBACK');
    this.#end(error ?? new Error('The batch was not committed.'));
  }

  #end(error?: unknown): void {
    const batch = this.#batch;
    if (!batch) return;
    this.#batch = undefined;
    clearImmediate(batch.timer);
    if (error === undefined) return batch.resolve();
    batch.reject(error);
    this.#onLost(error);
  }
}
