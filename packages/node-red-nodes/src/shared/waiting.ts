import type { Connection } from './connect.js';
import type { NodeLife } from './define-node.js';
import type { Entry } from './waiting-store.js';

/** `setTimeout` takes no more than 31 bits. */
const longestTimerMs = 2 ** 31 - 1;

/**
 * What a node waits for: a deploy or a restart makes the node anew, and it goes on waiting.
 *
 * `onExpired` is called for each entry whose time is up. A node that is removed waits for nothing any more.
 */
export class Waiting<Value> {
  readonly #entries: Map<string, Entry<Value>>;
  readonly #save: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    life: NodeLife,
    connection: Connection,
    private readonly onExpired: (value: Value) => Promise<void>,
  ) {
    const { waiting } = connection;
    const { id } = life.node;
    this.#entries = waiting.of(id) as Map<string, Entry<Value>>;
    this.#save = () => waiting.save(id);
    life.background(async () => {
      await life.started;
      if (!life.isClosed) this.#watch();
    });
    life.owns((isRemoved) => {
      clearTimeout(this.#timer);
      if (isRemoved) waiting.delete(id);
    });
  }

  /** The latest first. */
  get values(): Value[] {
    return [...this.#entries.values()].map(({ value }) => value).reverse();
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): Value | undefined {
    return this.#entries.get(key)?.value;
  }

  put(key: string, value: Value, until: number): void {
    this.#entries.delete(key);
    this.#entries.set(key, { value, until });
    this.#save();
    this.#watch();
  }

  delete(key: string): void {
    this.#entries.delete(key);
    this.#save();
    this.#watch();
  }

  /** One timer for all: for the entry whose time is up first. */
  #watch(): void {
    clearTimeout(this.#timer);
    const next = Math.min(...[...this.#entries.values()].map(({ until }) => until));
    if (next === Number.POSITIVE_INFINITY) return;
    const delay = Math.min(Math.max(0, next - Date.now()), longestTimerMs);
    this.#timer = setTimeout(() => this.#expire(), delay);
    this.#timer.unref();
  }

  #expire(): void {
    const now = Date.now();
    for (const [key, entry] of this.#entries) {
      if (entry.until > now) continue;
      this.#entries.delete(key);
      // A deploy at this very moment: the successor of this node tells it. A restart, too: it is written down until it is told.
      void this.onExpired(entry.value).then(this.#save, () => this.#entries.set(key, entry));
    }
    this.#watch();
  }
}
