import { bounds } from '../bounds.js';
import { WharfError } from '../errors/errors.js';
import type { CursorRepository, Store } from '../store/store.js';
import type { DeviceId } from '../types/ids.js';
import type { Clock } from '../util/clock.js';
import { withDeadline } from '../util/deadline.js';
import type { Logger } from '../util/logger.js';
import { Consumer, type EventHandler } from './consumer.js';
import { type ConsumerRequest, consumerOptions, type NewEvent, type WharfEvent } from './events.js';

/** Kept for a consumer that is away: at the most this many events, and none older than this. */
const RETENTION = { count: 100_000, ageMs: 30 * 24 * 3_600_000 };

/** After so many appended events the oldest are looked at, and at the most `slice` of them deleted: nobody waits for a big one. */
const PRUNING = { every: 500, slice: 1_000 };

/** How the names of consumers begin that are Wharf's own. */
export const INTERNAL = 'wharf:';

/** For those who remember by themselves how far they have read. */
const noCursors: CursorRepository = { get: () => undefined, put: () => undefined, delete: () => undefined };

/** The durable log of everything the outside sees, and the consumers that read it. */
export class EventLog {
  readonly #consumers = new Map<string, Consumer>();
  #sincePruning = 0;
  /** Who is to be woken when this moment is over. */
  readonly #waking = new Set<Consumer>();

  constructor(
    private readonly store: Store,
    private readonly clock: Clock,
    private readonly logger: Logger,
    /** Somebody has begun or ceased to read. */
    private readonly onConsumers: () => void = () => undefined,
  ) {}

  /** Records an event, as part of the transaction that is running, if any; then wakes the readers. */
  append(event: NewEvent): WharfEvent {
    const now = this.clock.now();
    const appended = this.store.events.append(event, now);
    this.#sincePruning += 1;
    const isTimeToPrune = this.#sincePruning >= PRUNING.every;
    if (isTimeToPrune) {
      this.#sincePruning = 0;
      const { count, ageMs } = RETENTION;
      this.store.events.prune({ before: now - ageMs, count, limit: PRUNING.slice });
    }
    // Now and then those, too, who do not want what comes: they must not stay behind what is pruned.
    for (const consumer of this.#consumers.values())
      if (isTimeToPrune || consumer.wants(event)) this.#wakeSoon(consumer);
    return appended;
  }

  /** Once for all that is appended together, after the transaction, which is synchronous, has been committed. */
  #wakeSoon(consumer: Consumer): void {
    if (this.#waking.size === 0)
      queueMicrotask(() => {
        const woken = [...this.#waking];
        this.#waking.clear();
        for (const each of woken) each.wake();
      });
    this.#waking.add(consumer);
  }

  /** Has the readers look into the log: another process may have written to it. */
  wake(): void {
    for (const consumer of this.#consumers.values()) consumer.wake();
  }

  /** Somebody in this process reads what happens to the device; Wharf itself does not count. */
  isRead(deviceId: DeviceId): boolean {
    return [...this.#consumers.values()].some(
      (consumer) => !consumer.name.startsWith(INTERNAL) && consumer.reads(deviceId),
    );
  }

  /** Starts a consumer; one of the same name that is running is stopped first, and the new one goes on at its cursor. */
  consume(options: ConsumerRequest, handler: EventHandler): Consumer {
    const parsed = consumerOptions.safeParse(options);
    if (!parsed.success) {
      const option = parsed.error.issues[0]?.path.join('.') ?? 'consumer';
      throw new WharfError('OPTION_INVALID', { details: { option } });
    }
    const { name = crypto.randomUUID() } = parsed.data;
    const { events } = this.store;
    const cursors = parsed.data.name === undefined ? noCursors : this.store.cursors;
    const before = this.#consumers.get(name)?.stop();
    const consumer = new Consumer(parsed.data, handler, {
      name,
      store: { events, cursors },
      clock: this.clock,
      logger: this.logger,
      onStopped: () => {
        if (this.#consumers.get(name) !== consumer) return;
        this.#consumers.delete(name);
        this.onConsumers();
      },
    });
    this.#consumers.set(name, consumer);
    consumer.start(before);
    this.onConsumers();
    return consumer;
  }

  /** Stops a consumer and forgets its cursor. */
  async deleteConsumer(name: string): Promise<void> {
    await this.#consumers.get(name)?.stop();
    this.store.cursors.delete(name);
  }

  async close(): Promise<void> {
    const stopping = [...this.#consumers.values()].map((consumer) => consumer.stop());
    await withDeadline(Promise.all(stopping), bounds.stopConsumerMs, () => undefined);
  }
}
