import type { Jid, MessageId } from './ids.js';

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
}

/** What a message says. An unknown kind becomes `unsupported` with WhatsApp's name for it, never a gap. */
export type Content = { kind: 'text'; text: string } | { kind: 'unsupported'; type: string };

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
}

/** What a caller asks to send. */
export interface OutgoingMessage {
  /** A phone number with country code, or a JID. */
  to: string;
  text: string;
}

/** `queued`: kept on disk. `sending`: on its way. `sent`: the server has it. `failed`: refused for good. */
export type OutboxState = 'queued' | 'sending' | 'sent' | 'failed';

/** A message owed to WhatsApp. The id is made when it is queued and never changes. */
export interface OutboxItem {
  messageId: MessageId;
  chat: Jid;
  state: OutboxState;
  queuedAt: number;
  sentAt?: number;
  /** The code of the WharfError it failed with. */
  errorCode?: string;
}
