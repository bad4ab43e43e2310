import type { WharfError } from '../errors/errors.js';
import type { EventType, NewEvent, WharfEvent } from '../events/events.js';
import type { Content } from '../types/content.js';
import type { Account, DeviceState } from '../types/device.js';
import type { DeviceId, Jid, MessageId } from '../types/ids.js';
import type { Delivery, Message, Person, UndecryptableMessage } from '../types/message.js';
import type { MessageChange } from '../types/message-change.js';
import type { Clock } from '../util/clock.js';
import type { AppStateRepository } from './app-state.js';
import type { AutoReplyRepository } from './auto-replies.js';
import type { RawMessageRepository, ResponseRepository, WaitingAnswerRepository } from './message-extras.js';
import type { OutboxRepository } from './outbox-repository.js';
import type { CommandRepository, OwnerRepository, WishRepository } from './processes.js';

export type {
  Command,
  CommandAction,
  CommandAnswer,
  CommandRepository,
  OwnerRepository,
  Wish,
  WishRepository,
} from './processes.js';

import type { MediaFileRepository, MediaRepository, WantedMediaRepository } from './media.js';
import type { SignalStore } from './signal-store.js';
import type { WebhookRepository } from './webhooks.js';

export type {
  LidRepository,
  PlaintextRepository,
  PreKeyRepository,
  SessionRecords,
  SignalRecords,
  SignalStore,
} from './signal-store.js';

/**
 * All that is remembered, on one page.
 *
 * Every call but `gather` is synchronous and durable when it returns. Drivers live in `store/sqlite`.
 */
export interface Store {
  readonly devices: DeviceRepository;
  readonly events: EventRepository;
  readonly cursors: CursorRepository;
  /**
   * The account data of one device and one account: nothing of another's can be reached through it.
   *
   * @throws WharfError DEVICE_NOT_FOUND
   */
  forDevice(scope: Scope): ScopedStore;
  /** Notes that a session was opened, and marks it if it is older than when it was last opened. */
  noteOpening(folder: string, session: SessionStore): void;
  readonly owners: OwnerRepository;
  readonly wishes: WishRepository;
  readonly commands: CommandRepository;
  readonly media: MediaFileRepository;
  readonly webhooks: WebhookRepository;
  /** The accounts that have something queued. */
  getOwing(): Scope[];
  /** All or nothing, the outermost one as a whole; nobody else writes, in any process, until it has ended. */
  transaction<T>(run: () => T): T;
  /** The same, together with whatever else is gathered at the moment, and not yet when it returns. Resolves when it is durable. */
  gather<T>(run: () => T): Promise<T>;
  /** Calls back soon after another process has written, with `pauseMs` in between at least; call the result to end it. */
  watch(clock: Clock, listener: () => void, pauseMs?: number): () => void;
  close(): void;
}

/** Which rows are meant: those of one account on one device. */
export interface Scope {
  deviceId: DeviceId;
  jid: Jid;
}

/** A device as it is stored. `sessionFolder` is relative to the storage folder. */
export interface DeviceRecord {
  id: DeviceId;
  name?: string;
  state: DeviceState;
  account?: Account;
  sessionFolder: string;
  createdAt: number;
}

export interface DeviceRepository {
  put(device: DeviceRecord): void;
  get(id: DeviceId): DeviceRecord | undefined;
  getAll(): DeviceRecord[];
  /** What was set on a device, as JSON; `{}` when nothing was. It stays when the account changes. */
  getSettings(id: DeviceId): string;
  putSettings(id: DeviceId, settings: string): void;
  /** Deletes the device with everything stored for it, in the log too. */
  delete(id: DeviceId): void;
  /** Another process has deleted the device: nothing that is remembered of it here holds any longer. */
  forget(id: DeviceId): void;
}

export interface EventRepository {
  append(event: NewEvent, at: number): WharfEvent;
  /** The next events after `afterSeq`, oldest first. */
  getAfter(afterSeq: number, filter: EventFilter, limit: number): WharfEvent[];
  /** The newest number given, and the newest that was pruned; 0 for none. */
  range(): { prunedSeq: number; lastSeq: number };
  /** Deletes the oldest events, those before a time and all beyond `count`, but at the most `limit` at once. */
  prune(limits: { before: number; count: number; limit: number }): void;
}

export interface EventFilter {
  deviceId?: DeviceId | undefined;
  types?: EventType[] | undefined;
}

/** How far each named consumer has read. */
export interface CursorRepository {
  get(consumer: string): number | undefined;
  put(consumer: string, seq: number, at: number): void;
  delete(consumer: string): void;
}

export interface ScopedStore {
  readonly messages: MessageRepository;
  readonly chats: ChatRepository;
  readonly contacts: ContactRepository;
  readonly outbox: OutboxRepository;
  readonly rawMessages: RawMessageRepository;
  readonly responses: ResponseRepository;
  readonly waitingAnswers: WaitingAnswerRepository;
  readonly appState: AppStateRepository;
  readonly autoReplies: AutoReplyRepository;
  readonly media: MediaRepository;
  readonly wantedMedia: WantedMediaRepository;
}

export interface MessageRepository {
  /** Stores a message once; false when it is there already. */
  put(message: Message, delivery?: Delivery): boolean;
  get(id: MessageId): Message | undefined;
  /** The newest messages of a chat, newest first; those before a time, or before a message of the chat. */
  getOfChat(chat: Jid, limit: number, before?: number | MessageId): Message[];
  getOldest(chat: Jid): Message | undefined;
  /** The newest messages with all these words, newest first; `word*` stands for all that begin so. */
  search(query: MessageQuery): Message[];
  /** Notes that a message came that cannot be read; false when that is known, or when it can be by now. */
  putUndecryptable(message: UndecryptableMessage): boolean;
  /** Files what was filed under a hidden address under the person it turned out to be. */
  move(lid: Jid, person: Person): void;
  /** Moves the delivery of a message of ours forward, never back; its chat, or undefined when that changes nothing. */
  putDelivery(id: MessageId, delivery: Delivery): Jid | undefined;
  /** How far a message of ours got, or what of somebody else's was confirmed to them. */
  getDelivery(id: MessageId): Delivery | undefined;
  /** Edits a message or marks it as taken back: now, or when it comes. What is not allowed changes nothing. */
  change(change: MessageChange): void;
  /** Remembers that somebody else's message was confirmed to them. */
  putConfirmed(id: MessageId, what: 'read' | 'played'): void;
  /** Notes what has been learned of a content, such as where its file is by now; its words stay. */
  putContent(id: MessageId, content: Content): void;
  /** Forgets a message, or all of a chat. */
  delete(id: MessageId): void;
  clear(chat: Jid): void;
}

/** Which messages are looked for. */
export interface MessageQuery {
  text: string;
  chat?: Jid | undefined;
  /** Who wrote it. */
  from?: Jid | undefined;
  /** Epoch milliseconds, or a message that was found before. */
  before?: number | MessageId | undefined;
  limit: number;
}

export interface Chat {
  jid: Jid;
  name?: string;
  lastMessageAt: number;
}

export interface StoredChat extends Chat {
  /** How many messages have come in that no device of the account has read or written behind. */
  unreadCount: number;
}

export interface ChatRepository {
  /** Notes a message of the chat: one that came `in`, went `out`, or only waits. What is past makes nothing unread, or read. */
  touch(chat: Chat, passed?: 'in' | 'out', isPast?: boolean): void;
  putUnread(chat: Jid, count: number): void;
  /** Notes that a message of the chat which was unread is read. */
  countRead(chat: Jid): void;
  /** Notes that a message which had waited went out. */
  use(chat: Jid): void;
  /** Whether a message has gone through it, in or out (not one that waits or was refused), and when somebody else last wrote. */
  getUse(chat: Jid): { isInUse: boolean; heardAt?: number };
  /** The latest first; those that were last used before a time, or that come after a chat in this order. */
  getAll(limit: number, before?: number | Jid): StoredChat[];
  get(jid: Jid): StoredChat | undefined;
  delete(jid: Jid): void;
  /** Makes one chat of two. */
  move(from: Jid, to: Jid): void;
}

export interface ContactRepository {
  /** Adds what is new of a person; false when nothing is. */
  put(person: Person): boolean;
  get(jid: Jid): Person | undefined;
  /** Who is behind a hidden address; undefined while only that is known. */
  getByLid(lid: Jid): Person | undefined;
  getAll(): Person[];
  delete(jid: Jid): void;
}

export type { OutboxEntry, OutboxRepository } from './outbox-repository.js';

/** Opens the session in a folder, for this process alone. `onFailure` hears of everything that cannot be read or written later. */
export type OpenSession = (folder: string, onFailure?: (error: WharfError) => void) => SessionStore;

/**
 * The credentials and Signal keys of one device, in `session.db`, held under an exclusive lock.
 *
 * What is written within one turn of the event loop is committed together, and seen at once. Whoever tells the world of a write
 * first waits until it is on disk: by the promise of `journal.put`, or by `flush`.
 */
export interface SessionStore {
  readonly folder: string;
  readonly isOpen: boolean;
  /** Texts by type and id, for everything that is not of Signal; what they mean is the wire's business. */
  get(type: string, ids: string[]): Map<string, string>;
  /** Sets or (undefined) deletes texts, all in one transaction. */
  set(entries: Array<{ type: string; id: string; value: string | undefined }>): void;
  readonly signal: SignalStore;
  readonly journal: JournalRepository;
  /** All or nothing; the outermost one counts. */
  transaction<T>(run: () => T): T;
  /** Puts on disk what has been written. */
  flush(): void;
  /** Hears that what was written last has not reached the disk and is undone: the disk is full, or broken. */
  onLost(listener: (error: unknown) => void): void;
  /** An older copy of the session was put in its place, and its keys may have been used already. */
  readonly isRestored: boolean;
  /** Its keys were renewed. */
  settleRestored(): void;
  /** Gives back the memory that it needs only at work. */
  rest(): void;
  /** Puts everything on disk and frees the lock. */
  close(): void;
}

/** The stanzas that came in and may not be stored yet. The key is the caller's; a stanza replaces an older one with its key. `put` resolves when it is on disk. */
export interface JournalRepository {
  put(key: string, stanza: Uint8Array): Promise<void>;
  delete(key: string): void;
  /** All of them, the oldest first; `replays`: how often one was replayed in vain. */
  getAll(): Array<{ key: string; stanza: Uint8Array; replays: number }>;
  countReplay(key: string): void;
}
