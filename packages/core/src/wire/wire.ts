import type { SessionStore } from '../store/store.js';
import type { AppStateChange } from '../types/app-state.js';
import type { Call } from '../types/call.js';
import type { Content } from '../types/content.js';
import type { Account } from '../types/device.js';
import type { Endpoint } from '../types/endpoint.js';
import type { Jid, MessageId } from '../types/ids.js';
import type { Delivery, Message, Person, UndecryptableMessage } from '../types/message.js';
import type { OutgoingContent } from '../types/outgoing.js';
import type { Presence } from '../types/presence.js';
import type { Clock } from '../util/clock.js';
import type { Logger } from '../util/logger.js';
import type { HistorySink } from './history.js';
import type { MediaWire } from './media.js';
import type { Queries } from './queries.js';

/**
 * Why a connection ended: the server's close code, the nearest one Baileys has for a network error, or one of ours.
 *
 * - `storage_failed`, `storage_damaged`: what came over it could not be stored, for now or for good
 * - `broken_frame`: a frame could not be decrypted or read; the connection is deaf from then on
 * - `deaf`: the server does not answer any more, or only what does not matter; or what comes in is not dealt with
 * - `silent`: so long without a word that the connection is no longer believed
 * - `in_use`: another process holds the session of the device
 * - `refused`: the server does not hand out a pairing code
 * - `passkey_required`: the account links devices only with its passkey
 */
export type CloseCode =
  | number
  | 'broken_frame'
  | 'deaf'
  | 'silent'
  | 'in_use'
  | 'refused'
  | 'passkey_required'
  | 'storage_failed'
  | 'storage_damaged';

/**
 * What a live connection tells, in our own words.
 *
 * - `qr`: a code to draw, valid until `expiresAt`; the next one replaces it
 * - `code`: a code to type on the phone, accepted by the server, valid until `expiresAt`
 * - `paired`: the phone has accepted and the credentials are saved; the server closes with 515 next
 * - `opened`: logged in and ready
 * - `synced`: the backlog that waited on the server has been delivered
 * - `message`: somebody wrote, also the account itself elsewhere
 * - `undecryptable`: somebody wrote what cannot be read, perhaps only not yet
 * - `call`: somebody calls, or a call has got further
 * - `presence`: somebody comes, goes, writes or records
 * - `alias_learned`: these two addresses are one person
 * - `identity_changed`: a device of somebody has another identity key than before
 * - `app_state`: a device of the account has changed what they share beside messages
 * - `acknowledged`: the server has a message of ours, or refuses it with a code
 * - `delivery`: a receipt of the recipient
 * - `closed`: the last word of a wire. `expiresAt`: when a ban ends
 */
export type WireEvent =
  | { type: 'qr'; qr: string; expiresAt: number }
  | { type: 'code'; code: string; expiresAt: number }
  | { type: 'paired'; account: PairedAccount }
  | { type: 'opened'; account: PairedAccount }
  | { type: 'synced' }
  | { type: 'session_restored'; retired: number }
  | ({ type: 'message' } & ReceivedMessage & Settling)
  | ({ type: 'undecryptable'; message: UndecryptableMessage } & Settling)
  | { type: 'call'; call: Call }
  | { type: 'presence'; presence: Presence }
  | { type: 'alias_learned'; pn: Jid; lid: Jid }
  | { type: 'identity_changed'; contact: Person; device: number }
  | { type: 'app_state'; change: AppStateChange }
  | { type: 'acknowledged'; messageId: MessageId; refusal?: number }
  | { type: 'delivery'; messageId: MessageId; delivery: Delivery }
  | { type: 'closed'; code: CloseCode; expiresAt?: number };

/** A message with what belongs to it. */
export interface ReceivedMessage {
  message: Message;
  /** The protobuf it was, for all but a plain text. */
  raw?: Uint8Array;
  /** What it says, where that can be read only with another message: the vote in a poll. Until then `content` lacks it. */
  unseal?: (find: FindMessage) => Content;
  /** It comes with a secret: reads what was said to it before it came. */
  open?: (said: KnownMessage, find: FindMessage) => Content | undefined;
  /** Its media is to be fetched without anybody asking for it. */
  isMediaWanted?: boolean;
}

/** A message that is stored; `raw` is the protobuf it was, for all but a plain text. */
export interface KnownMessage {
  message: Message;
  raw?: Uint8Array;
}

export type FindMessage = (id: MessageId) => KnownMessage | undefined;

/** The wire keeps what has come until this was called: true when it is stored, false when it could not be. */
export interface Settling {
  settle(isStored: boolean): void;
}

/** The account behind a wire. */
export interface PairedAccount {
  account: Account;
}

/** What can be asked of a connection to learn whether it is still one. A promise may also never settle. */
export interface Pulse {
  /** A query that the server must answer. */
  ping(): Promise<unknown>;
  /** A stanza of the kind that messages and receipts are, which the server must confirm. For one that is logged in. */
  echo(): Promise<unknown>;
  /** Resolves when all messages that have come in so far have been dealt with. */
  caughtUp(): Promise<unknown>;
  /** How many stanzas the server has sent by itself: messages, receipts, notifications, presences. */
  readonly pushCount: number;
  /** How many messages have been dealt with. */
  readonly messageCount: number;
}

/** A message to be written. */
export interface WrittenMessage {
  messageId: MessageId;
  chat: Jid;
  content: OutgoingContent;
  /** Who may see it, if it is a status. */
  audience?: Jid[];
}

/** One live connection. Nothing is emitted after `closed`. */
export interface Wire {
  readonly pulse: Pulse;
  /** What can be asked of WhatsApp, and changed there, at once. */
  readonly queries: Queries;
  readonly media: MediaWire;
  /**
   * Writes a message under an id of ours. Resolves when the frame is written; `acknowledged` follows.
   *
   * @param isRepeat what is known of the recipients' devices may be why the attempt before failed: it is asked for anew
   * @throws WharfError whose code says why; what is no WharfError is a connection that failed
   */
  send(message: WrittenMessage, isRepeat: boolean): Promise<void>;
  /** Shows in a chat that something is being written, or no longer. Nobody confirms it. */
  sendChatState(chat: Jid, state: 'composing' | 'paused'): Promise<void>;
  /** Asks the server to unlink this device. Resolves when it has answered. */
  logout(): Promise<void>;
  /** Closes the connection; the account stays linked. Nothing is emitted afterwards. */
  close(): Promise<void>;
}

export interface WireOptions {
  session: SessionStore;
  /** Pair by a code for this phone number instead of by QR. Digits only, with country code. */
  pairingPhone?: string;
  /** A simulator to connect to instead of the real WhatsApp. */
  endpoint?: Endpoint;
  /** Takes an event; false when nobody wants it any more, and nothing will be settled. */
  emit(event: WireEvent): boolean;
  /** What is stored: to send it again to a recipient who could not read it, to quote it, to vote in it. */
  find: FindMessage;
  /** Keeps the protobuf of a message of ours before it is written; what is sent again is the same. */
  keepRaw(message: Pick<WrittenMessage, 'messageId' | 'chat'>, raw: Uint8Array): void;
  /** Takes what was before the device was linked; without it, nothing of that is taken. */
  history?: HistorySink;
  clock: Clock;
  logger: Logger;
}

/** How connections are made; the driver is chosen by `manager.ts`. */
export interface WireDriver {
  open(options: WireOptions): Promise<Wire>;
  /** The account a session is linked to; undefined before pairing has succeeded. */
  readAccount(session: SessionStore): Promise<PairedAccount | undefined>;
  /** Asks WhatsApp which version of its web client is current; false when that could not be learned. */
  refreshVersion(): Promise<boolean>;
}
