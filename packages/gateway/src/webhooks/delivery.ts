import {
  type Clock,
  type Logger,
  type Manager,
  passes,
  type Reading,
  type WebhookOutage,
  type WebhookRecord,
  type WharfEvent,
  webhookConsumer,
} from '@wharf/core';
import { gowaPayload } from './gowa.js';
import type { Receivers, Refusal } from './receivers.js';
import { signatureHeaders } from './sign.js';

/** So long an event is tried again before it becomes a dead letter. */
const GIVE_UP_MS = 24 * 3_600_000;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 300_000;

export interface DeliverySurroundings {
  manager: Manager;
  receivers: Receivers;
  clock: Clock;
  random(): number;
  logger: Logger;
}

/**
 * Delivers the log to one webhook: each event at least once, in order, the next one when the one before was taken or given up.
 *
 * An event is given up a day after it happened or the receiver began to fail, whichever is later. While nothing gets through,
 * the attempts at the first event stand for those behind it, so that a receiver that is gone does not cost an attempt for each.
 */
export class Delivery {
  readonly #stopping = new AbortController();
  readonly #reading: Reading;
  #outage: WebhookOutage | undefined;
  /** The attempt under way: there is one at a time. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(
    readonly webhook: WebhookRecord,
    private readonly around: DeliverySurroundings,
  ) {
    const { id, deviceId, types } = webhook;
    this.#outage = around.manager.webhooks.getOutage(id);
    this.#reading = around.manager.consume(
      { name: webhookConsumer(id), ...(deviceId ? { deviceId } : {}), ...(types ? { types } : {}) },
      (event) => this.#deliver(event),
    );
  }

  /** Stops at once; what is under way is delivered again. */
  async stop(): Promise<void> {
    const stopped = this.#reading.stop();
    this.#stopping.abort(new Error('The delivery was stopped.'));
    await stopped;
  }

  /** Tries an event once, when its turn has come; what the receiver had against it. */
  attempt(event: WharfEvent, attempt: number): Promise<Refusal | undefined> {
    const result = this.#turn.then(() => this.#post(event, attempt));
    this.#turn = result.catch(() => undefined);
    return result;
  }

  async #deliver(event: WharfEvent): Promise<void> {
    // That something is missing concerns everybody.
    if (event.type !== 'events.missed' && !passes(this.webhook, event)) return;
    for (;;) {
      const outage = this.#outage;
      if (outage && (outage.isGeneral || outage.seq === event.seq)) {
        const { clock } = this.around;
        const giveUpAt = Math.max(event.at, outage.since) + GIVE_UP_MS;
        const now = clock.now();
        // When it is time for the next attempt, that comes first: the receiver may be back.
        if (now < outage.nextAttemptAt) {
          if (now >= giveUpAt) return this.#bury(event, outage);
          await this.#pause(Math.min(outage.nextAttemptAt, giveUpAt) - now);
          continue;
        }
      }
      const attempts = outage?.seq === event.seq ? outage.attempts : 0;
      const refusal = await this.attempt(event, attempts + 1);
      if (!refusal) return this.#put(undefined);
      this.#fail(event, refusal);
    }
  }

  async #post(event: WharfEvent, attempt: number): Promise<Refusal | undefined> {
    const { id, url, format, secret } = this.webhook;
    const { clock, receivers } = this.around;
    const body = JSON.stringify(format === 'gowa' ? gowaPayload(event) : event);
    const headers = {
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      'user-agent': 'wharf',
      'x-wharf-event': event.type,
      'x-wharf-attempt': String(attempt),
      ...signatureHeaders({ secret, body, deliveryId: `${id}.${event.id}`, at: clock.now() }),
    };
    return receivers.post(url, headers, body, this.#stopping.signal);
  }

  #fail({ seq }: WharfEvent, { error, retryAfterMs = 0 }: Refusal): void {
    const { clock, random, logger } = this.around;
    const before = this.#outage;
    const attempts = (before?.attempts ?? 0) + 1;
    const spanMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempts - 1));
    // Half of it is left to chance, so that webhooks which failed together do not all come back together.
    const pauseMs = Math.max(spanMs * (0.5 + random() / 2), Math.min(retryAfterMs, LONGEST_PAUSE_MS));
    const now = clock.now();
    if (!before) logger.warn(`Webhook ${this.webhook.id} does not take what it is sent (${error}).`);
    this.#put({
      seq,
      since: before?.since ?? now,
      attempts,
      nextAttemptAt: now + Math.round(pauseMs),
      error,
      isGeneral: before !== undefined && (before.isGeneral || before.seq !== seq),
    });
  }

  #bury(event: WharfEvent, { seq, attempts, error }: WebhookOutage): void {
    const { manager, logger } = this.around;
    const { id } = this.webhook;
    manager.webhooks.bury(id, event, { attempts: seq === event.seq ? attempts : 0, error });
    logger.error(`Webhook ${id} did not take an event for a day (${error}); it is a dead letter now.`);
  }

  #put(outage: WebhookOutage | undefined): void {
    if (!outage && !this.#outage) return;
    this.around.manager.webhooks.putOutage(this.webhook.id, outage);
    this.#outage = outage;
  }

  #pause(ms: number): Promise<void> {
    const { signal } = this.#stopping;
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        cancel();
        reject(signal.reason);
      };
      const cancel = this.around.clock.after(ms, () => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      });
      if (signal.aborted) onAbort();
      else signal.addEventListener('abort', onAbort, { once: true });
    });
  }
}
