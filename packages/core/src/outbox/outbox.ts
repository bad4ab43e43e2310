import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { ErrorCode } from '../errors/codes.js';
import { WharfError } from '../errors/errors.js';
import type { EventLog } from '../events/log.js';
import type { OutboxEntry, Scope, Store } from '../store/store.js';
import { isGroupJid, isLid, type Jid, type MessageId, parseRecipient } from '../types/ids.js';
import type { Delivery, OutboxItem, OutboxState, OutgoingMessage, Person } from '../types/message.js';
import type { Clock } from '../util/clock.js';
import type { Logger } from '../util/logger.js';
import type { Wire } from '../wire/wire.js';
import { OutboxWorker } from './worker.js';

const LONGEST_TEXT = 65_536;
const DAY_MS = 24 * 3_600_000;

const optionsSchema = z.object({
  idempotencyKey: z.string().min(1).max(255).optional(),
  expiresInMs: z
    .number()
    .int()
    .positive()
    .max(30 * DAY_MS)
    .default(DAY_MS),
});

interface Surroundings {
  store: Store;
  log: EventLog;
  clock: Clock;
  logger: Logger;
  own: Person;
}

/**
 * What one account owes to WhatsApp, kept on disk until the server has it, it is refused, or it is too late.
 *
 * An item is `sent` when the server has acknowledged it. Sent again after a broken link, it goes out under the same id.
 */
export class Outbox {
  readonly #worker: OutboxWorker;
  readonly #waiting = new Map<MessageId, Set<() => void>>();
  #cancelExpiry: () => void = () => undefined;

  constructor(
    readonly scope: Scope,
    private readonly around: Surroundings,
  ) {
    const { clock, logger } = around;
    this.#worker = new OutboxWorker({
      repository: this.#repository,
      clock,
      logger,
      onEnd: (id, end) => (end === 'sent' ? this.#end(id, 'sent') : this.#end(id, 'failed', end.failed)),
    });
  }

  /**
   * Queues a text; it is on disk when this returns. A key that was used before gives the item it was used for.
   *
   * @throws WharfError RECIPIENT_INVALID, MESSAGE_INVALID, OPTION_INVALID
   */
  enqueue({ to, text, ...options }: OutgoingMessage): OutboxItem {
    const recipient = parseRecipient(String(to ?? ''));
    if (!recipient) throw new WharfError('RECIPIENT_INVALID');
    if (typeof text !== 'string' || text.length === 0 || text.length > LONGEST_TEXT) {
      throw new WharfError('MESSAGE_INVALID');
    }
    const parsed = optionsSchema.safeParse(options);
    if (!parsed.success) {
      throw new WharfError('OPTION_INVALID', {
        details: { option: String(parsed.error.issues[0]?.path[0]) },
      });
    }
    const { idempotencyKey, expiresInMs } = parsed.data;
    const known = idempotencyKey === undefined ? undefined : this.#repository.getByKey(idempotencyKey);
    if (known) return itemOf(known);

    const queuedAt = this.around.clock.now();
    const entry: OutboxEntry = {
      messageId: newMessageId(),
      chat: this.#chatOf(recipient),
      text,
      state: 'queued',
      queuedAt,
      expiresAt: queuedAt + expiresInMs,
      ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    };
    this.#remember(entry);
    this.#worker.drain();
    this.#expire();
    return this.get(entry.messageId);
  }

  /** The item as it is now. */
  get(id: MessageId): OutboxItem {
    const entry = this.#repository.get(id);
    if (!entry) throw new WharfError('MESSAGE_NOT_FOUND');
    return itemOf(entry);
  }

  /** The newest items first, of all states or of some. */
  list(limit: number, states?: OutboxState[]): OutboxItem[] {
    return this.#repository.getAll(limit, states).map(itemOf);
  }

  /** Takes back what is still queued; an item that is under way or has ended is returned as it is. */
  cancel(id: MessageId): OutboxItem {
    if (this.get(id).state === 'queued') this.#end(id, 'cancelled');
    return this.get(id);
  }

  /** Resolves when the item has ended, or as it is when the time is up. */
  async waitFor(id: MessageId, timeoutMs: number): Promise<OutboxItem> {
    const item = this.get(id);
    if (hasEnded(item)) return item;
    return new Promise((resolve) => {
      const listeners = this.#waiting.get(id) ?? new Set();
      this.#waiting.set(id, listeners);
      const settle = () => {
        callOff();
        listeners.delete(settle);
        resolve(this.get(id));
      };
      const callOff = this.around.clock.after(timeoutMs, settle);
      listeners.add(settle);
    });
  }

  /** Begins to send over a wire whose backlog is in. */
  attach(wire: Wire): void {
    this.#expire();
    this.#worker.attach(wire);
  }

  /** Stops sending; what was under way is queued again. */
  detach(): void {
    this.#worker.detach();
  }

  /** Ends every wait: whoever waits gets the item as it is. */
  close(): void {
    this.#cancelExpiry();
    this.detach();
    for (const listeners of this.#waiting.values()) for (const settle of listeners) settle();
  }

  /** The server's word on a message. */
  acknowledge(id: MessageId, refusal: number | undefined): void {
    const entry = this.#repository.get(id);
    if (entry && !hasEnded(entry)) this.#worker.acknowledge(id, refusal);
  }

  /** A receipt for a message of ours, also for one that the phone wrote. */
  noteDelivery(id: MessageId, delivery: Delivery): void {
    const { store, log } = this.around;
    const { messages } = this.#scoped;
    store.transaction(() => {
      if (!messages.putDelivery(id, delivery)) return;
      const chat = messages.get(id)?.chat;
      const { deviceId, jid } = this.scope;
      if (chat)
        log.append({ type: 'message.delivery', deviceId, jid, payload: { messageId: id, chat, delivery } });
    });
  }

  get #scoped() {
    return this.around.store.forDevice(this.scope);
  }

  get #repository() {
    return this.#scoped.outbox;
  }

  /** A person known by number has one conversation, whichever of their addresses is used. */
  #chatOf(recipient: Jid): Jid {
    return isLid(recipient) ? (this.#scoped.contacts.getByLid(recipient)?.jid ?? recipient) : recipient;
  }

  #remember(entry: OutboxEntry): void {
    const { messages, chats, outbox } = this.#scoped;
    this.around.store.transaction(() => {
      outbox.put(entry);
      chats.touch({ jid: entry.chat, lastMessageAt: entry.queuedAt });
      messages.put(
        {
          id: entry.messageId,
          chat: entry.chat,
          isGroup: isGroupJid(entry.chat),
          isFromMe: true,
          sender: this.around.own,
          content: { kind: 'text', text: entry.text },
          at: entry.queuedAt,
          isOffline: false,
        },
        'pending',
      );
    });
  }

  #end(id: MessageId, state: 'sent' | 'failed' | 'expired' | 'cancelled', code?: ErrorCode): void {
    this.around.store.transaction(() => {
      this.#repository.putState(id, state, this.around.clock.now(), code);
      this.noteDelivery(id, state === 'sent' ? 'server' : 'error');
    });
    for (const settle of this.#waiting.get(id) ?? []) settle();
    this.#waiting.delete(id);
  }

  /** Ends what has been queued for too long, and comes back when the next one has. */
  #expire(): void {
    const { clock } = this.around;
    this.#cancelExpiry();
    for (const { messageId } of this.#repository.getExpired(clock.now())) {
      this.#end(messageId, 'expired', 'SEND_EXPIRED');
    }
    const next = this.#repository.nextExpiry();
    if (next !== undefined) this.#cancelExpiry = clock.after(next - clock.now(), () => this.#expire());
  }
}

const hasEnded = ({ state }: OutboxItem): boolean => state !== 'queued' && state !== 'sending';

const itemOf = ({ text: _, ...item }: OutboxEntry): OutboxItem => item;

/** An id of the form that WhatsApp Web makes: the prefix tells other clients what kind of device wrote. */
const newMessageId = (): MessageId => `3EB0${randomBytes(9).toString('hex').toUpperCase()}` as MessageId;
