import { randomBytes } from 'node:crypto';
import { bounds } from '../bounds.js';
import type { ErrorCode } from '../errors/codes.js';
import { isWharfError, WharfError } from '../errors/errors.js';
import type { OutboxEntry, Scope, Store } from '../store/store.js';
import { isGroupJid, type Jid, type MessageId, parseRecipient } from '../types/ids.js';
import type { OutboxItem, OutgoingMessage, Person } from '../types/message.js';
import type { Clock } from '../util/clock.js';
import type { Logger } from '../util/logger.js';
import type { Wire } from '../wire/wire.js';

const LONGEST_TEXT = 65_536;

/** A message the server has not acknowledged is written this often in all, each time under the same id. */
const ATTEMPTS = 3;

/** Before a message whose writing failed at once is written again. */
const PAUSE_MS = 2_000;

interface Surroundings {
  store: Store;
  clock: Clock;
  logger: Logger;
  own: Person;
}

/**
 * What one account owes to WhatsApp: queued on disk, sent in order within a chat, chats side by side.
 *
 * An item is `sent` when the server has acknowledged it. When the link breaks, what was under way is queued again.
 */
export class Outbox {
  #wire: Wire | undefined;
  /** What is under way, with what calls off its next attempt. */
  readonly #underWay = new Map<MessageId, () => void>();
  readonly #waiting = new Map<MessageId, Set<() => void>>();

  constructor(
    readonly scope: Scope,
    private readonly surroundings: Surroundings,
  ) {
    this.#repository.requeue();
  }

  /**
   * Queues a text; it is on disk when this returns.
   *
   * @throws WharfError RECIPIENT_INVALID, MESSAGE_INVALID
   */
  enqueue({ to, text }: OutgoingMessage): OutboxItem {
    const chat = parseRecipient(String(to ?? ''));
    if (!chat) throw new WharfError('RECIPIENT_INVALID');
    if (typeof text !== 'string' || text.length === 0 || text.length > LONGEST_TEXT) {
      throw new WharfError('MESSAGE_INVALID');
    }
    const entry: OutboxEntry = {
      messageId: newMessageId(),
      chat,
      text,
      state: 'queued',
      queuedAt: this.surroundings.clock.now(),
    };
    this.#remember(entry);
    this.#drain();
    return itemOf(entry);
  }

  /** The item as it is now. */
  get(id: MessageId): OutboxItem {
    const entry = this.#repository.get(id);
    if (!entry) throw new WharfError('MESSAGE_NOT_FOUND');
    return itemOf(entry);
  }

  /** Resolves when the item is sent or has failed, or as it is when the time is up. */
  async waitFor(id: MessageId, timeoutMs: number): Promise<OutboxItem> {
    const item = this.get(id);
    if (hasEnded(item)) return item;
    return new Promise((resolve) => {
      const listeners = this.#waiting.get(id) ?? new Set();
      this.#waiting.set(id, listeners);
      const settle = () => {
        cancel();
        listeners.delete(settle);
        resolve(this.get(id));
      };
      const cancel = this.surroundings.clock.after(timeoutMs, settle);
      listeners.add(settle);
    });
  }

  /** Begins to send over a wire whose backlog is in. */
  attach(wire: Wire): void {
    this.#wire = wire;
    this.#drain();
  }

  /** Stops sending; what was under way is queued again. */
  detach(): void {
    this.#wire = undefined;
    for (const cancelNext of this.#underWay.values()) cancelNext();
    this.#underWay.clear();
    this.#repository.requeue();
  }

  /** Ends every wait: whoever waits gets the item as it is. */
  close(): void {
    this.detach();
    for (const listeners of this.#waiting.values()) for (const settle of listeners) settle();
  }

  /** The server's word on a message. */
  acknowledge(id: MessageId, refusal: number | undefined): void {
    const { messages, outbox } = this.#scoped;
    const entry = outbox.get(id);
    if (!entry || hasEnded(entry)) return;
    if (refusal === undefined) {
      this.surroundings.store.transaction(() => {
        outbox.putState(id, 'sent', this.surroundings.clock.now());
        messages.putDelivery(id, 'server');
      });
      this.#settle(id);
    } else {
      this.#fail(id, 'SEND_REFUSED');
    }
  }

  get #scoped() {
    return this.surroundings.store.forDevice(this.scope);
  }

  get #repository() {
    return this.#scoped.outbox;
  }

  #remember(entry: OutboxEntry): void {
    const { messages, chats, outbox } = this.#scoped;
    this.surroundings.store.transaction(() => {
      outbox.put(entry);
      chats.touch({ jid: entry.chat, lastMessageAt: entry.queuedAt });
      messages.put(
        {
          id: entry.messageId,
          chat: entry.chat,
          isGroup: isGroupJid(entry.chat),
          isFromMe: true,
          sender: this.surroundings.own,
          content: { kind: 'text', text: entry.text },
          at: entry.queuedAt,
          isOffline: false,
        },
        'pending',
      );
    });
  }

  #drain(): void {
    const wire = this.#wire;
    if (!wire) return;
    for (let entry = this.#repository.claim(); entry; entry = this.#repository.claim()) {
      this.#send(wire, entry.messageId, entry.chat, entry.text, 1);
    }
  }

  #send(wire: Wire, id: MessageId, chat: Jid, text: string, attempt: number): void {
    const next = () => {
      if (this.#wire !== wire || !this.#underWay.has(id)) return;
      if (attempt >= ATTEMPTS) this.#fail(id, 'CONNECTION_TIMED_OUT');
      else this.#send(wire, id, chat, text, attempt + 1);
    };
    const { clock, logger } = this.surroundings;
    this.#underWay.set(id, clock.after(bounds.acknowledgeMs, next));
    wire.sendText(id, chat, text).catch((error: unknown) => {
      if (this.#wire !== wire || !this.#underWay.has(id)) return;
      // The wire knows that another attempt would not help.
      if (isWharfError(error)) return this.#fail(id, error.code);
      const name = error instanceof Error ? error.name : 'a thrown value';
      logger.warn(`A message could not be written (${name}); attempt ${attempt} of ${ATTEMPTS}.`);
      this.#underWay.get(id)?.();
      this.#underWay.set(id, clock.after(PAUSE_MS, next));
    });
  }

  #fail(id: MessageId, code: ErrorCode): void {
    const { messages, outbox } = this.#scoped;
    this.surroundings.store.transaction(() => {
      outbox.putState(id, 'failed', this.surroundings.clock.now(), code);
      messages.putDelivery(id, 'error');
    });
    this.#settle(id);
  }

  #settle(id: MessageId): void {
    this.#underWay.get(id)?.();
    this.#underWay.delete(id);
    for (const settle of this.#waiting.get(id) ?? []) settle();
    this.#waiting.delete(id);
    this.#drain();
  }
}

const hasEnded = ({ state }: OutboxItem): boolean => state === 'sent' || state === 'failed';

const itemOf = ({ text: _, ...item }: OutboxEntry): OutboxItem => item;

/** An id of the form that WhatsApp Web makes: the prefix tells other clients what kind of device wrote. */
const newMessageId = (): MessageId => `3EB0${randomBytes(9).toString('hex').toUpperCase()}` as MessageId;
