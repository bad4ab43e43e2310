import type { Content } from './content.js';
import type { Jid, MessageId } from './ids.js';
import type { OutgoingContentInput } from './outgoing.js';

/** How far a sent message got. `error` is a refusal by the server. */
export type Delivery = 'pending' | 'server' | 'delivered' | 'read' | 'played' | 'error';

/** Someone on WhatsApp, as much of them as is known. */
export interface Person {
  /** PN form where known, else the hidden form (LID). */
  jid: Jid;
  lid?: Jid;
  /** Digits only, with country code; absent while only the LID is known. */
  phone?: string;
  /** The push name they chose themselves. */
  name?: string;
  /** The name in the account's address book. */
  savedName?: string;
}

/** A message of a chat: plain, JSON-safe data. */
export interface Message {
  id: MessageId;
  /** The conversation: the partner's JID (PN form where known) or the group's. Valid as a recipient. */
  chat: Jid;
  isGroup: boolean;
  isFromMe: boolean;
  sender: Person;
  content: Content;
  /** When it was sent, by the server's clock. Epoch milliseconds. */
  at: number;
  /** True when it had waited on the server while the device was away. */
  isOffline: boolean;
  /** When its text or caption was last edited: `content` has the new one. Epoch milliseconds. */
  editedAt?: number;
  /** It was taken back. What it said is kept, and found by no search: see docs/messages.md. */
  isRevoked?: boolean;
}

/**
 * Why a message has come without what it says.
 *
 * - `keys_missing`: it was encrypted for keys that we do not have; the sender has been asked for it again
 * - `unreadable`: it does not fit the keys that we have; the sender has been asked for it again
 * - `unavailable`: WhatsApp gives it to the phone alone (view once), or the phone has been asked for it
 * - `malformed`: nothing can be made of it
 */
export type UndecryptableReason = 'keys_missing' | 'unreadable' | 'unavailable' | 'malformed';

/** A message that is there and cannot be read, perhaps only not yet. */
export interface UndecryptableMessage extends Omit<Message, 'content' | 'isOffline'> {
  reason: UndecryptableReason;
}

/** How a message is sent. */
export interface SendOptions {
  /** Who may see a status: phone numbers or JIDs. For what is sent to `status@broadcast`, and necessary there. */
  audience?: string[];
  /**
   * The caller's own name for this send, unique on the device, 1 to 255 characters: the same key again gives the same
   * item and sends nothing. For whoever may repeat a call without knowing whether the first one got through.
   */
  idempotencyKey?: string;
  /** How long it may wait in the queue, in milliseconds; default a day, at the most 30. Then it is `expired`. */
  expiresInMs?: number;
}

/**
 * What a caller asks to send: a text or a content, to a phone number with country code or to a JID.
 *
 * A message as it was received is one, if its content is of a kind that can be sent: it goes to its chat.
 */
export type OutgoingMessage = SendOptions &
  ({ to: string } | { to?: undefined; chat: string }) &
  ({ text: string } | { text?: undefined; content: OutgoingContentInput | Content });

/**
 * Where a message stands: `queued` (on disk), `sending` (written, not acknowledged), and how it ended: `sent` (the server
 * has it), `failed` (refused for good), `expired` (queued for too long), `cancelled` (taken back by the caller).
 */
export type OutboxState = 'queued' | 'sending' | 'sent' | 'failed' | 'expired' | 'cancelled';

/** A message owed to WhatsApp. The id is made when it is queued and never changes. Times are epoch milliseconds. */
export interface OutboxItem {
  messageId: MessageId;
  chat: Jid;
  state: OutboxState;
  queuedAt: number;
  /** When it is too late to begin sending it. */
  expiresAt: number;
  sentAt?: number;
  /** While it is queued and waits for its pace or for another attempt: when it goes out, at the earliest. */
  notBefore?: number;
  /** How often it was begun. One that was, and then expired or was cancelled, may have reached the server all the same. */
  attempts: number;
  /** How far the message got. */
  delivery?: Delivery;
  idempotencyKey?: string;
  /** The code of the WharfError it failed with; while it is queued, that of the latest attempt. */
  errorCode?: string;
}

/** What `waitForSend` waits for: the server has the message, or the recipient's phone, or they have read it. */
export type SendMilestone = 'sent' | 'delivered' | 'read';
