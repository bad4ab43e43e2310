import { proto } from '@whiskeysockets/baileys/WAProto/index.js';
import type { Account } from '../accounts/account.js';
import { readContent } from '../accounts/content.js';
import type { ChatMessage, Delivery } from '../accounts/state.js';
import { applyChange } from './apply-change.js';
import { type Change, readChange } from './change.js';
import type { Content } from './content.js';
import { createMessageId } from './outbox.js';
import { understand } from './understand.js';
import { unwrap } from './unwrap.js';

const { EPHEMERAL_SETTING } = proto.Message.ProtocolMessage.Type;
const MESSAGES_KEPT = 1_000;
const SECRETS_KEPT = 1_000;
const ORPHANS_KEPT = 100;
const MINUTE_MS = 60_000;
const DELIVERY_ORDER: Delivery[] = ['pending', 'server', 'delivered', 'read', 'played'];

/** A message as it reached the phone, decrypted. */
export interface Arrival {
  id: string;
  /** What the chat is called: a person's PN JID, or the JID of a group. */
  chat: string;
  author: Account;
  message: proto.IMessage;
  delivery: Delivery;
}

/** The chats as one virtual phone shows them: every message once, with all that later messages changed about it. */
export class ChatLog {
  readonly #account: Account;
  /** Changes that came before the message that they change. */
  readonly #orphans = new Map<string, { change: Change; author: Account }>();

  constructor(account: Account) {
    this.#account = account;
  }

  find(chat: string, id: string): ChatMessage | undefined {
    return this.#account.state.messages.find((message) => message.id === id && message.chat === chat);
  }

  /** Adds a message to its chat, or changes those it is about; what no chat shows is left out. */
  take(arrival: Arrival): ChatMessage | undefined {
    const { id, chat, author, message, delivery } = arrival;
    this.#noteExpiration(chat, message);
    const change = readChange(message);
    if (change) {
      this.#change(chat, change, author);
      return undefined;
    }
    const shown = readContent(message);
    const known = this.find(chat, id);
    if (!shown || known) return known;
    this.#keepSecret(id, message);
    const content = understand(message);
    const kept: ChatMessage = {
      id,
      chat,
      author: author.pnJid,
      fromMe: author === this.#account,
      ...shown,
      text: shown.text || textOf(content),
      ...(content ? { content } : {}),
      at: Date.now(),
      delivery,
    };
    this.#keep(kept);
    const orphan = this.#orphans.get(id);
    this.#orphans.delete(id);
    if (orphan) this.#change(chat, orphan.change, orphan.author);
    return kept;
  }

  /** Adds texts of somebody that were read long ago, however many. */
  addPast(author: Account, texts: string[]): void {
    const first = Date.now() - texts.length * MINUTE_MS;
    const past = texts.map(
      (text, index): ChatMessage => ({
        id: createMessageId(),
        chat: author.pnJid,
        author: author.pnJid,
        fromMe: false,
        text,
        kind: 'conversation',
        content: { kind: 'text', text },
        at: first + index * MINUTE_MS,
        delivery: 'read',
      }),
    );
    this.#account.state.messages.unshift(...past);
    this.#account.changed();
  }

  /** The messages of a chat that were received and not read, or only the one with this id. */
  unread(chat: string, id?: string): ChatMessage[] {
    return this.#account.state.messages.filter(
      (message) =>
        message.chat === chat &&
        !message.fromMe &&
        !isAtLeast(message.delivery, 'read') &&
        (!id || message.id === id),
    );
  }

  /** Notes how far a message got; it never goes back. */
  noteDelivery(id: string | undefined, delivery: Delivery): void {
    const message = this.#account.state.messages.find((candidate) => candidate.id === id);
    if (!message || isAtLeast(message.delivery, delivery)) return;
    message.delivery = delivery;
    this.#announce(message);
  }

  /** Notes how far a group message got with one reader; it is as far as with the last of `readers`. */
  noteReceipt(id: string | undefined, reader: Account, delivery: Delivery, readers: Account[]): void {
    const message = this.#account.state.messages.find((candidate) => candidate.id === id);
    if (!message) return;
    const receipts = { ...message.receipts };
    if (isAtLeast(receipts[reader.pnJid] ?? 'server', delivery)) return;
    receipts[reader.pnJid] = delivery;
    message.receipts = receipts;
    const reached = readers.map(({ pnJid }) => receipts[pnJid] ?? 'server');
    const least = DELIVERY_ORDER.find((step) => reached.includes(step)) ?? 'server';
    if (!isAtLeast(message.delivery, least)) message.delivery = least;
    this.#announce(message);
  }

  #change(chat: string, change: Change, author: Account): void {
    const target = this.find(chat, change.of);
    if (!target) {
      this.#orphans.set(change.of, { change, author });
      for (const oldest of this.#orphans.keys()) {
        if (this.#orphans.size <= ORPHANS_KEPT) return;
        this.#orphans.delete(oldest);
      }
    } else if (applyChange(target, change, author, this.#account)) this.#announce(target);
  }

  /** Whoever of the two sets it, it holds for what both write from now on. */
  #noteExpiration(chat: string, wrapped: proto.IMessage): void {
    const { protocolMessage } = unwrap(wrapped).message;
    if (protocolMessage?.type !== EPHEMERAL_SETTING) return;
    this.#account.state.expirations.set(chat, protocolMessage.ephemeralExpiration ?? 0);
    this.#account.changed();
  }

  #keepSecret(id: string, wrapped: proto.IMessage): void {
    const secret = unwrap(wrapped).message.messageContextInfo?.messageSecret;
    const { secrets } = this.#account.state;
    if (secret?.length) secrets.set(id, Buffer.from(secret));
    for (const oldest of secrets.keys()) {
      if (secrets.size <= SECRETS_KEPT) return;
      secrets.delete(oldest);
    }
  }

  #keep(message: ChatMessage): void {
    const { messages } = this.#account.state;
    messages.push(message);
    messages.splice(0, messages.length - MESSAGES_KEPT);
    this.#announce(message);
  }

  #announce(message: ChatMessage): void {
    this.#account.changed();
    this.#account.directory.emit('message', {
      phone: this.#account.phone,
      message: structuredClone(message),
    });
  }
}

function isAtLeast(reached: Delivery, asked: Delivery): boolean {
  return DELIVERY_ORDER.indexOf(reached) >= DELIVERY_ORDER.indexOf(asked);
}

/** What a chat list shows of a content that is not a text. */
function textOf(content: Content | undefined): string {
  if (!content) return '';
  if ('text' in content) return content.text ?? '';
  if ('name' in content) return content.name ?? '';
  if ('title' in content) return content.title ?? '';
  return content.kind === 'contacts' ? content.contacts.map(({ name }) => name).join(', ') : '';
}
