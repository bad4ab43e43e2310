import type { z } from 'zod';
import type { ErrorCode } from '../errors/codes.js';
import { WharfError } from '../errors/errors.js';
import type { EventLog } from '../events/log.js';
import { storeEffect } from '../store/effects.js';
import type { OutboxEntry, Scope, Store } from '../store/store.js';
import { isGroupJid, isLid, type Jid, type MessageId, parseChat } from '../types/ids.js';
import type { Delivery, OutboxItem, OutgoingMessage, Person, SendOptions } from '../types/message.js';
import type { PacingSettings } from '../types/pacing-settings.js';
import type { Clock } from '../util/clock.js';
import type { FairTurns } from '../util/event-loop.js';
import type { Logger } from '../util/logger.js';
import type { Wire } from '../wire/wire.js';
import type { OutboxMedia } from './media.js';
import { newMessageId } from './message-id.js';
import { hasReached, REACHED } from './milestones.js';
import { listOptions, readOptions, sendOptions, waitOptions } from './options.js';
import { completed, readAudience, readOutgoing } from './read-outgoing.js';
import { Turns } from './turns.js';
import { Waits } from './waits.js';
import { OutboxWorker } from './worker.js';

/** No timer runs for longer than this; it looks again then. */
const LONGEST_TIMER_MS = 24 * 3_600_000;

const STATUS = 'status@broadcast';

/** A message as callers write it: what they give is checked before it is believed. */
type Written = SendOptions & { to?: unknown; chat?: unknown; text?: unknown; content?: unknown };

interface Surroundings {
  store: Store;
  log: EventLog;
  clock: Clock;
  random(): number;
  logger: Logger;
  own: Person;
  /** As they are now. */
  settings(): PacingSettings;
  media: OutboxMedia;
  outgoing: Pick<FairTurns, 'mayGoOn' | 'giveWay'>;
  /** The server does not confirm what is written: the connection may be dead. */
  onSuspicion(): void;
}

/**
 * What one account owes to WhatsApp, kept on disk until the server has it, it is refused, or it is too late.
 *
 * An item is `sent` when the server has acknowledged it. Sent again after a broken link, it goes out under the same id.
 */
export class Outbox {
  readonly #worker: OutboxWorker;
  readonly #turns: Turns;
  readonly #waits: Waits;
  /** When the next item expires, as far as is known, with what calls that off. */
  #expiresAt = Number.POSITIVE_INFINITY;
  #cancelExpiry: () => void = () => undefined;
  #isClosed = false;

  constructor(
    readonly scope: Scope,
    private readonly around: Surroundings,
  ) {
    this.#turns = new Turns({ ...around, scope });
    this.#waits = new Waits(around.clock);
    this.#worker = new OutboxWorker({
      ...around,
      repository: this.#repository,
      makeReady: (entry) => around.media.makeReady(entry),
      turns: this.#turns,
      afterwards: (run) => this.#together(run),
      onEnd: (id, end) => (end === 'sent' ? this.#end(id, 'sent') : this.#end(id, 'failed', end.failed)),
    });
  }

  /**
   * Queues a message; it is on disk when this resolves. A key that was used before gives the item it was used for.
   *
   * @throws WharfError RECIPIENT_INVALID, MESSAGE_INVALID, MESSAGE_NOT_FOUND, OPTION_INVALID, MEDIA_NOT_STORED
   */
  async enqueue(message: OutgoingMessage, messageId = newMessageId()): Promise<OutboxItem> {
    const { to, chat: where, text, content: given, audience: seers, ...options }: Written = message;
    const recipient = parseChat(String(to ?? where ?? ''));
    if (!recipient) throw new WharfError('RECIPIENT_INVALID');
    const written = readOutgoing({ text, content: given });
    const audience = recipient === STATUS ? readAudience(seers) : undefined;
    const { idempotencyKey, expiresInMs } = readOptions(sendOptions, options);
    const chat = this.#chatOf(recipient);
    const queuedAt = this.around.clock.now();
    const content = completed(written, chat, (id) => this.#scoped.messages.get(id), queuedAt);
    const entry: OutboxEntry = {
      messageId,
      chat,
      content,
      ...(audience && { audience }),
      state: 'queued',
      queuedAt,
      expiresAt: queuedAt + expiresInMs,
      attempts: 0,
      // At once: a clock that is set back must not make it wait.
      notBefore: 0,
      ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    };
    const { item, isNew } = await this.around.store.gather(() => this.#remember(entry));
    if (!isNew || this.#isClosed) return this.#itemOf(item);
    this.#expireAt(item.expiresAt);
    // What has no turn waits for another item of its chat; and where there is no wire, all do.
    if (item.pace === undefined || !this.#worker.isAttached) return this.#itemOf(item);
    this.#worker.drain();
    return this.get(item.messageId);
  }

  /** The item that a key was used for. */
  findByKey(key: string): OutboxItem | undefined {
    const entry = this.#repository.getByKey(key);
    return entry && this.#itemOf(entry);
  }

  /** The item as it is now. */
  get(id: MessageId): OutboxItem {
    return this.#itemOf(this.#entry(id));
  }

  /**
   * The newest items first, of all states or of some; `before` is the last item of the page before.
   *
   * @throws WharfError OPTION_INVALID, MESSAGE_NOT_FOUND
   */
  list(options: z.input<typeof listOptions>): OutboxItem[] {
    const { limit, states, before } = readOptions(listOptions, options);
    if (before !== undefined) this.get(before);
    return this.#repository
      .getAll({ limit, ...(states && { states }), ...(before && { before }) })
      .map((entry) => this.#itemOf(entry));
  }

  /** Takes back what is still queued; an item that is under way or has ended is returned as it is. */
  cancel(id: MessageId): OutboxItem {
    if (this.#endQueued(id, 'cancelled')) this.#worker.drain();
    return this.get(id);
  }

  /**
   * Resolves when the message has got so far or never will, or as it is when the time is up.
   *
   * @throws WharfError MESSAGE_NOT_FOUND, OPTION_INVALID
   */
  async waitFor(id: MessageId, options: z.input<typeof waitOptions>): Promise<OutboxItem> {
    const { until, timeoutMs } = readOptions(waitOptions, options);
    await this.#waits.until(id, () => hasReached(this.get(id), until), timeoutMs);
    return this.get(id);
  }

  /** Looks again at what is queued: another process may have added to it, or the settings have changed. */
  wake(): void {
    this.#expire();
    this.#worker.drain();
  }

  /** Another process has written: there may be items to send, and items may have got further. */
  look(isOwing: boolean): void {
    this.#waits.changedAll();
    if (isOwing) this.wake();
  }

  /** Takes no more items under way; resolves when those that are have been acknowledged. */
  finish(): Promise<void> {
    return this.#worker.finish();
  }

  /** The pacing has changed: nothing waits any longer by the old numbers. */
  repace(): void {
    this.#repository.hurry(this.around.clock.now());
    this.wake();
  }

  /** Begins to send over a wire whose backlog is in. */
  attach(wire: Wire): void {
    this.#expire();
    this.#worker.attach(wire);
    this.around.media.resume();
  }

  /** Stops sending; what was under way is queued again. */
  detach(): void {
    this.#worker.detach();
  }

  /** Ends every wait: whoever waits gets the item as it is. */
  close(): void {
    this.#isClosed = true;
    this.#cancelExpiry();
    this.detach();
    this.#waits.end();
    this.around.media.close();
  }

  /** The server's word on a message. */
  acknowledge(id: MessageId, refusal: number | undefined): void {
    this.#together(() => this.#acknowledge(id, refusal));
  }

  /** A receipt for a message of ours, also for one that the phone wrote. */
  noteDelivery(id: MessageId, delivery: Delivery): void {
    this.#together(() => {
      // What the recipient has is at the server, although the acknowledgement was lost.
      if (REACHED.delivered.includes(delivery)) this.#acknowledge(id, undefined);
      this.#putDelivery(id, delivery);
    });
  }

  /** What the server says comes in crowds; what is lost of it in a crash it says again when the message is sent again. */
  #together(run: () => void): void {
    const { store, clock } = this.around;
    store.gather(run).catch((error: unknown) => {
      // Whoever gave us the clock hears of what goes wrong under it, and nobody of what does in a promise.
      clock.after(0, () => {
        throw error;
      });
    });
  }

  #acknowledge(id: MessageId, refusal: number | undefined): void {
    const state = this.#repository.getState(id);
    // What was given up and reached the server all the same was sent after all.
    const isOpen = state === 'queued' || state === 'sending';
    const isLate = refusal === undefined && (state === 'expired' || state === 'cancelled');
    if (isOpen || isLate) this.#worker.acknowledge(id, refusal);
  }

  /** A message came in, or was written on the phone: what waits in its chat may be an answer now. */
  noteMessage(chat: Jid): void {
    if (this.#turns.review(this.#chatOf(chat))) this.#worker.drain();
  }

  #putDelivery(id: MessageId, delivery: Delivery): void {
    const { store, log } = this.around;
    const { messages, chats } = this.#scoped;
    store.transaction(() => {
      const chat = messages.putDelivery(id, delivery);
      if (!chat) return;
      if (delivery !== 'error') chats.use(chat);
      const { deviceId, jid } = this.scope;
      log.append({ type: 'message.delivery', deviceId, jid, payload: { messageId: id, chat, delivery } });
    });
    this.#waits.changed(id);
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

  /** Stores a new item, or answers with the one that has its key. */
  #remember(entry: OutboxEntry): { item: OutboxEntry; isNew: boolean } {
    const { messages, chats, outbox } = this.#scoped;
    const { idempotencyKey } = entry;
    const known = idempotencyKey === undefined ? undefined : outbox.getByKey(idempotencyKey);
    if (known) return { item: known, isNew: false };
    const item = this.#turns.admit(entry);
    outbox.put(item);
    if ('media' in entry.content) this.around.media.hold(entry);
    chats.touch({ jid: entry.chat, lastMessageAt: entry.queuedAt });
    messages.put(
      {
        id: entry.messageId,
        chat: entry.chat,
        isGroup: isGroupJid(entry.chat),
        isFromMe: true,
        sender: this.around.own,
        content: entry.content,
        at: entry.queuedAt,
        isOffline: false,
      },
      'pending',
    );
    return { item, isNew: true };
  }

  /** Ends an item that nobody has taken under way: neither this process nor the one that runs the device. */
  #endQueued(id: MessageId, state: 'expired' | 'cancelled', code?: ErrorCode): boolean {
    const { chat, content } = this.#entry(id);
    return this.around.store.transaction(() => {
      if (!this.#repository.endQueued(id, state, this.around.clock.now(), code)) return false;
      this.#putDelivery(id, 'error');
      if ('media' in content) this.around.media.settle(id, state);
      this.#turns.pass(chat);
      return true;
    });
  }

  #end(id: MessageId, state: 'sent' | 'failed', code?: ErrorCode): void {
    this.around.store.transaction(() => {
      const ended = this.#repository.putState(id, state, this.around.clock.now(), code);
      this.#putDelivery(id, state === 'sent' ? 'server' : 'error');
      if (!ended) return;
      this.#turns.pass(ended.chat);
      if ('media' in ended.content) this.around.media.settle(id, state);
      if (state === 'sent') storeEffect(this.#scoped, ended, this.around.own.jid, this.around.clock.now());
    });
  }

  #entry(id: MessageId): OutboxEntry {
    const entry = this.#repository.get(id);
    if (!entry) throw new WharfError('MESSAGE_NOT_FOUND');
    return entry;
  }

  #itemOf(entry: OutboxEntry): OutboxItem {
    const { content: _content, audience: _audience, pace: _pace, notBefore: _notBefore, ...item } = entry;
    const notBefore = this.#turns.forecast(entry);
    return notBefore === undefined ? item : { ...item, notBefore };
  }

  /** Ends what has been queued for too long, and comes back when the next one has. */
  #expire(): void {
    const { clock } = this.around;
    this.#cancelExpiry();
    for (const { messageId } of this.#repository.getExpired(clock.now())) {
      this.#endQueued(messageId, 'expired', 'SEND_EXPIRED');
    }
    this.#expiresAt = Number.POSITIVE_INFINITY;
    const next = this.#repository.nextExpiry();
    if (next !== undefined) this.#expireAt(next);
  }

  /** Comes back at that time, or sooner if there is something to come back for. */
  #expireAt(at: number): void {
    if (at >= this.#expiresAt) return;
    const { clock } = this.around;
    this.#cancelExpiry();
    this.#expiresAt = at;
    this.#cancelExpiry = clock.after(Math.min(at - clock.now(), LONGEST_TIMER_MS), () => this.wake());
  }
}
