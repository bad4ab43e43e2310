import { randomBytes, randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { WharfError } from '../errors/errors.js';
import type { WharfEvent } from '../events/events.js';
import type { Store } from '../store/store.js';
import {
  type DeadLetter,
  type WebhookOutage,
  type WebhookRecord,
  type WebhookRepository,
  webhookConsumer,
} from '../store/webhooks.js';
import type { DeviceId } from '../types/ids.js';
import type { Clock } from '../util/clock.js';
import {
  deadLetterPage,
  type Webhook,
  type WebhookPatch,
  type WebhookRequest,
  webhookPatch,
  webhookRequest,
} from './webhook.js';

/**
 * Who is told of events over HTTP, and what could not be delivered to them. Delivering is a gateway's business.
 *
 * A webhook reads the log under a name of its own, from the moment it is created on.
 */
export class Webhooks {
  readonly #listeners = new Set<() => void>();

  constructor(
    private readonly store: Store,
    private readonly clock: Clock,
  ) {}

  /** @throws WharfError OPTION_INVALID, DEVICE_NOT_FOUND */
  create(request: WebhookRequest): Webhook & { secret?: string } {
    const { deviceId, secret, ...settings } = read(webhookRequest, request);
    const { devices, events, cursors, webhooks } = this.store;
    if (deviceId !== undefined && !devices.get(deviceId as DeviceId))
      throw new WharfError('DEVICE_NOT_FOUND');
    const record = {
      ...settings,
      ...(deviceId === undefined ? {} : { deviceId }),
      id: randomUUID(),
      secret: secret ?? randomBytes(32).toString('hex'),
      createdAt: this.clock.now(),
    } as WebhookRecord;
    this.store.transaction(() => {
      webhooks.put(record);
      // Not when somebody begins to deliver: what happens until then is for this webhook, too.
      cursors.put(webhookConsumer(record.id), events.range().lastSeq, record.createdAt);
    });
    this.#changed();
    return { ...this.#view(record), ...(secret === undefined ? { secret: record.secret } : {}) };
  }

  /** All of them, or those of a device; the oldest first. */
  list(deviceId?: string): Webhook[] {
    return this.records()
      .filter((record) => deviceId === undefined || record.deviceId === deviceId)
      .map((record) => this.#view(record));
  }

  /** @throws WharfError WEBHOOK_NOT_FOUND */
  get(id: string): Webhook {
    return this.#view(this.#record(id));
  }

  /** Changes a webhook; what it waits for is tried again at once. @throws WharfError WEBHOOK_NOT_FOUND, OPTION_INVALID */
  update(id: string, patch: WebhookPatch): Webhook {
    const changes = Object.entries(read(webhookPatch, patch)).filter(([, value]) => value !== undefined);
    const merged = { ...this.#record(id), ...Object.fromEntries(changes) };
    const record = Object.fromEntries(
      Object.entries(merged).filter(([, value]) => value !== null),
    ) as unknown as WebhookRecord;
    const outage = this.#repository.getOutage(id);
    this.#repository.put(record);
    if (outage) this.#repository.putOutage(id, { ...outage, nextAttemptAt: this.clock.now() });
    this.#changed();
    return this.#view(record);
  }

  /** Forgets a webhook with all it was still to deliver, dead letters too. @throws WharfError WEBHOOK_NOT_FOUND */
  delete(id: string): void {
    this.#record(id);
    this.#repository.delete(id);
    this.#changed();
  }

  /** What a webhook did not deliver for a day, oldest first. @throws WharfError WEBHOOK_NOT_FOUND, OPTION_INVALID */
  listDeadLetters(id: string, page: z.input<typeof deadLetterPage> = {}): DeadLetter[] {
    this.#record(id);
    return this.#repository.getDeadLetters(id, read(deadLetterPage, page));
  }

  /** Throws one dead letter away, or all of a webhook. @throws WharfError WEBHOOK_NOT_FOUND, DEAD_LETTER_NOT_FOUND */
  dropDeadLetters(id: string, letterId?: number): number {
    this.#record(id);
    const dropped = this.#repository.deleteDeadLetters(id, letterId);
    if (letterId !== undefined && dropped === 0) throw new WharfError('DEAD_LETTER_NOT_FOUND');
    return dropped;
  }

  /** Hears when this process has created, changed or deleted one. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** All of them with their secrets, for whoever delivers. */
  records(): WebhookRecord[] {
    return this.#repository.getAll();
  }

  /** How the receiver fails just now, for whoever delivers. */
  getOutage(id: string): WebhookOutage | undefined {
    return this.#repository.getOutage(id);
  }

  putOutage(id: string, outage: WebhookOutage | undefined): void {
    this.#repository.putOutage(id, outage);
  }

  /** Files an event as a dead letter. */
  bury(id: string, event: WharfEvent, { attempts, error }: { attempts: number; error: string }): void {
    this.#repository.bury(id, { event, attempts, error, diedAt: this.clock.now() });
  }

  /** A dead letter was tried again, in vain. */
  putFailure(letterId: number, error: string): void {
    this.#repository.putFailure(letterId, error);
  }

  get #repository(): WebhookRepository {
    return this.store.webhooks;
  }

  #record(id: string): WebhookRecord {
    const record = this.#repository.get(id);
    if (!record) throw new WharfError('WEBHOOK_NOT_FOUND');
    return record;
  }

  #view({ secret: _, ...record }: WebhookRecord): Webhook {
    const { id } = record;
    const outage = this.#repository.getOutage(id);
    const shown = outage && {
      since: outage.since,
      attempts: outage.attempts,
      nextAttemptAt: outage.nextAttemptAt,
      error: outage.error,
    };
    return {
      ...record,
      waiting: this.#repository.countWaiting(id),
      deadLetters: this.#repository.countDeadLetters(id),
      ...(shown ? { outage: shown } : {}),
    };
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

function read<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
  const option = [...(issue?.path ?? []), ...unknown].map(String).join('.') || 'webhook';
  throw new WharfError('OPTION_INVALID', { details: { option } });
}
