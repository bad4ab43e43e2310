import type { Database } from './database.js';

/** The transactions of one connection: the outermost one counts, those within it are part of it. */
export class Transactions {
  readonly #outermost: <T>(run: () => T) => T;
  readonly #savepoint: <T>(run: () => T) => T;
  /** What went wrong in a transaction within the one that runs: it took nothing back, so the whole has to be. */
  #failure: { error: unknown } | undefined;

  constructor(private readonly db: Database) {
    const transaction = db.transaction((run: () => unknown) => {
      const result = run();
      if (this.#failure) throw this.#failure.error;
      return result;
    });
    // Immediate: one that reads before it writes would fail when another process has written in between.
    this.#outermost = (run) => transaction.immediate(run) as never;
    this.#savepoint = (run) => transaction(run) as never;
  }

  get isOpen(): boolean {
    return this.db.inTransaction;
  }

  /** All or nothing. Within another one it costs nothing: what fails takes the whole back, whoever catches it. */
  run<T>(work: () => T): T {
    if (!this.db.inTransaction) return this.#ending(() => this.#outermost(work));
    try {
      return work();
    } catch (error) {
      this.#failure ??= { error };
      throw error;
    }
  }

  /** All or nothing, also within another one, which goes on if this fails. */
  runUndoable<T>(work: () => T): T {
    return this.#ending(() => this.#savepoint(work));
  }

  #ending<T>(run: () => T): T {
    try {
      return run();
    } finally {
      this.#failure = undefined;
    }
  }
}
