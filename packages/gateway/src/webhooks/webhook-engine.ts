import {
  type Clock,
  isWharfError,
  type Logger,
  loggable,
  type Manager,
  silentLogger,
  systemClock,
  type WebhookRecord,
  WharfError,
  webhookConsumer,
} from '@wharf/core';
import { Delivery } from './delivery.js';
import { type ReceiverRules, Receivers } from './receivers.js';

/** How soon it is noticed that another process, or the end of a device, has changed which webhooks there are. */
const LOOK_EVERY_MS = 30_000;

export interface WebhookEngineOptions extends Partial<ReceiverRules> {
  clock?: Clock;
  random?: () => number;
  logger?: Logger;
}

/** What came of driving dead letters again. */
export interface Redriven {
  delivered: number;
  /** Why it went no further. */
  error?: string;
}

/** Delivers the log to all webhooks of a manager, each at its own pace. */
export class WebhookEngine {
  readonly #deliveries = new Map<string, { delivery: Delivery; fingerprint: string }>();
  readonly #receivers: Receivers;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #logger: Logger;
  readonly #stopping = new Set<Promise<void>>();
  #unlisten: () => void = () => undefined;
  #cancelLook: () => void = () => undefined;

  constructor(
    private readonly manager: Manager,
    {
      arePrivateAddressesAllowed = false,
      deliverMs = 10_000,
      clock = systemClock,
      random = Math.random,
      logger = silentLogger,
    }: WebhookEngineOptions = {},
  ) {
    this.#receivers = new Receivers({ arePrivateAddressesAllowed, deliverMs });
    this.#clock = clock;
    this.#random = random;
    this.#logger = logger;
  }

  start(): void {
    this.#unlisten = this.manager.webhooks.onChange(() => this.#look());
    this.#lookAgain();
  }

  /** @throws WharfError WEBHOOK_ADDRESS_REFUSED */
  assertAllowed(url: string): Promise<void> {
    return this.#receivers.assertAllowed(url);
  }

  /**
   * Delivers dead letters now: one, or the oldest ones until the first that is not taken. Those that are taken are gone.
   *
   * @throws WharfError WEBHOOK_NOT_FOUND, DEAD_LETTER_NOT_FOUND
   */
  async redrive(
    id: string,
    { letterId, limit = 100 }: { letterId?: number; limit?: number } = {},
  ): Promise<Redriven> {
    const { webhooks } = this.manager;
    const page = letterId === undefined ? { limit } : { after: letterId - 1, limit: 1 };
    const letters = webhooks.listDeadLetters(id, page);
    if (letterId !== undefined && letters[0]?.id !== letterId) throw new WharfError('DEAD_LETTER_NOT_FOUND');
    const delivery = this.#deliveries.get(id)?.delivery;
    if (!delivery) return { delivered: 0, error: 'WEBHOOK_DISABLED' };
    let delivered = 0;
    for (const { id: letter, event, attempts } of letters) {
      const refusal = await delivery.attempt(event, attempts + 1);
      if (refusal) {
        webhooks.putFailure(letter, refusal.error);
        return { delivered, error: refusal.error };
      }
      this.#drop(id, letter);
      delivered += 1;
    }
    return { delivered };
  }

  /** Stops all deliveries; what is under way is delivered again by the next engine. */
  async close(): Promise<void> {
    this.#unlisten();
    this.#cancelLook();
    for (const id of [...this.#deliveries.keys()]) this.#stop(id);
    await Promise.all(this.#stopping);
    this.#receivers.close();
  }

  #lookAgain(): void {
    try {
      this.#look();
    } catch (error) {
      // The storage cannot be read just now; the next look comes soon.
      this.#logger.error(`The webhooks could not be read: ${loggable(error)}`);
    }
    this.#cancelLook = this.#clock.after(LOOK_EVERY_MS, () => this.#lookAgain());
  }

  /** Begins, renews and ends deliveries, so that there is one for each webhook that is enabled. */
  #look(): void {
    const records = new Map(this.manager.webhooks.records().map((record) => [record.id, record]));
    for (const id of [...this.#deliveries.keys()]) {
      if (records.get(id)?.isEnabled) continue;
      const stopped = this.#stop(id);
      // A reader that is stopped notes how far it was: of one that is gone nothing must stay.
      if (!records.has(id))
        void stopped.then(() => this.manager.deleteConsumer(webhookConsumer(id))).catch(() => undefined);
    }
    for (const record of records.values()) if (record.isEnabled) this.#ensure(record);
  }

  #ensure(record: WebhookRecord): void {
    const fingerprint = JSON.stringify(record);
    const running = this.#deliveries.get(record.id);
    if (running?.fingerprint === fingerprint) return;
    if (running) this.#stop(record.id);
    const { manager } = this;
    const around = {
      manager,
      receivers: this.#receivers,
      clock: this.#clock,
      random: this.#random,
      logger: this.#logger,
    };
    // The log has a reader of the same name wait until the one before has stopped.
    this.#deliveries.set(record.id, { delivery: new Delivery(record, around), fingerprint });
  }

  #stop(id: string): Promise<void> {
    const stopped = this.#deliveries.get(id)?.delivery.stop() ?? Promise.resolve();
    this.#deliveries.delete(id);
    this.#stopping.add(stopped);
    return stopped.finally(() => this.#stopping.delete(stopped));
  }

  #drop(id: string, letterId: number): void {
    try {
      this.manager.webhooks.dropDeadLetters(id, letterId);
    } catch (error) {
      // Somebody was quicker, or the webhook is gone.
      if (!isWharfError(error)) throw error;
    }
  }
}
