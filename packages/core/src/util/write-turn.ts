const FREE = 0;
const HOLDER = 0;
const WAITING = 1;

/** Nobody waits longer than this: SQLite's own lock is behind it, and what a thread held that was ended is freed. */
const LONGEST_MS = 1_000;

/**
 * Whose turn it is to write to a database, among the threads of a process.
 *
 * SQLite lets one connection write at a time, and those that wait ask again after 1, 2, 5, 10, 15 ms and so on. Threads share memory:
 * here they sleep until the very moment, and a busy database is never idle while somebody waits for it.
 */
export class WriteTurn {
  /** What the threads share. */
  static newCell(): Int32Array {
    return new Int32Array(new SharedArrayBuffer(8));
  }

  /** @param id names the thread among those that share the cell: a number above 0 */
  constructor(
    private readonly cell: Int32Array,
    private readonly id: number,
  ) {}

  /** Runs it when nobody else writes. */
  hold<T>(run: () => T): T {
    if (!this.#take()) return run();
    try {
      return run();
    } finally {
      this.#give();
    }
  }

  /** Gives back what a thread held that has ended. */
  static free(cell: Int32Array, id: number): void {
    if (Atomics.compareExchange(cell, HOLDER, id, FREE) === id) Atomics.notify(cell, HOLDER);
  }

  #take(): boolean {
    if (Atomics.compareExchange(this.cell, HOLDER, FREE, this.id) === FREE) return true;
    const until = performance.now() + LONGEST_MS;
    Atomics.add(this.cell, WAITING, 1);
    try {
      for (;;) {
        const holder = Atomics.compareExchange(this.cell, HOLDER, FREE, this.id);
        if (holder === FREE) return true;
        const left = until - performance.now();
        if (left <= 0) return false;
        Atomics.wait(this.cell, HOLDER, holder, left);
      }
    } finally {
      Atomics.sub(this.cell, WAITING, 1);
    }
  }

  #give(): void {
    Atomics.store(this.cell, HOLDER, FREE);
    if (Atomics.load(this.cell, WAITING) > 0) Atomics.notify(this.cell, HOLDER, 1);
  }
}
