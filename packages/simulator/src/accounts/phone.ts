import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { proto } from '@whiskeysockets/baileys/WAProto/index.js';
import { type AddressSpace, addressSpaceOf, formatJid, LID_SERVER, PN_SERVER } from '../stanza/jid.js';
import { bigEndian, bytesOf, childOf, type Stanza, secondsNow, stanza } from '../stanza/node.js';
import type { Account } from './account.js';
import { type Bundle, bundleStanzas, readRetryBundle } from './bundle.js';
import { pad, readContent, stanzaTypeOf, unpad } from './content.js';
import { type Device, deviceAddress } from './device.js';
import { SignalSide } from './signal.js';
import type { ChatMessage, Delivery } from './state.js';

const MESSAGES_KEPT = 1_000;
const SENT_KEPT = 200;
const MAX_RETRIES = 5;
const DELIVERY_ORDER: Delivery[] = ['pending', 'server', 'delivered', 'read'];

/**
 * A virtual phone: device 0 of an account. It decrypts what arrives, keeps the chats, writes messages, and
 * confirms what it got after the configured delay, all through the same relay that real clients use.
 */
export class Phone implements Device {
  readonly id = 0;
  readonly account: Account;
  readonly signal: SignalSide;
  readonly #retries = new Map<string, number>();
  /** One thing at a time: a ratchet must not be used by two operations at once, and chats keep their order. */
  #work: Promise<unknown> = Promise.resolve();

  constructor(account: Account) {
    this.account = account;
    this.signal = new SignalSide(account.state.signal);
  }

  takeBundle(): Bundle {
    this.account.changed();
    return this.signal.takeBundle();
  }

  deliver(stanza: Stanza): void {
    this.#inTurn(() => this.#take(stanza)).catch((error: Error) => {
      this.account.directory.logger.warn(`The phone could not handle a ${stanza.tag}: ${error.message}`);
    });
  }

  /**
   * Writes a text to somebody, and copies of it to this account's own linked devices.
   *
   * @param space address space of the chat; by default the one the other side used last, LID if it never wrote.
   * @returns the message as the phone shows it, already handed to the server.
   */
  send(to: Account, text: string, space?: AddressSpace): Promise<ChatMessage> {
    return this.sendMessage(to, { conversation: text }, space);
  }

  /** Like {@link send}, for any kind of content. */
  sendMessage(to: Account, content: proto.IMessage, space?: AddressSpace): Promise<ChatMessage> {
    return this.#inTurn(async () => {
      const chatSpace = space ?? this.account.state.addressSpaces.get(to.lid) ?? 'lid';
      const message: ChatMessage = {
        id: createMessageId(),
        chat: to.pnJid,
        fromMe: true,
        ...(readContent(content) ?? { text: '', kind: 'unknown' }),
        at: Date.now(),
        delivery: 'pending',
      };
      this.#keep(message);
      await this.#transmit(message.id, { to: addressIn(to, chatSpace), message: content });
      this.#noteDelivery(message.id, 'server');
      return message;
    });
  }

  /** Sends a message of the phone's own to one of its linked devices: key shares, history. */
  sendPeerMessage(device: Device, message: proto.IMessage): Promise<void> {
    return this.#inTurn(async () => {
      const id = createMessageId();
      const content = Buffer.from(proto.Message.encode(message).finish());
      this.#remember(id, { to: this.account.pnJid, content, isPeer: true });
      await this.#transmitTo(device, id, content, { to: this.account.pnJid, isPeer: true });
    });
  }

  /** Says that everything in a chat was read, or only one message of it; the sender's ticks change. */
  markRead(chat: Account, id?: string): void {
    const unread = this.account.state.messages.filter(
      (message) =>
        !message.fromMe &&
        message.chat === chat.pnJid &&
        message.delivery !== 'read' &&
        (!id || message.id === id),
    );
    for (const message of unread) {
      this.#noteDelivery(message.id, 'read');
      const space = this.account.state.addressSpaces.get(chat.lid) ?? 'lid';
      this.#confirm(message.id, addressIn(chat, space), 'read');
    }
  }

  #inTurn<T>(job: () => Promise<T>): Promise<T> {
    const result = this.#work.then(job);
    this.#work = result.catch(() => {});
    return result;
  }

  // Receiving

  async #take(stanza: Stanza): Promise<void> {
    const { id, type } = stanza.attrs;
    if (stanza.tag === 'message') await this.#receive(stanza);
    else if (stanza.tag === 'receipt' && type === 'retry') await this.#resend(stanza);
    else if (stanza.tag === 'receipt') this.#noteDelivery(id, type === undefined ? 'delivered' : 'read');
  }

  async #receive(message: Stanza): Promise<void> {
    const { id, from } = message.attrs;
    const sender = from ? this.account.directory.findDevice(from) : undefined;
    const encrypted = childOf(message, 'enc');
    const body = bytesOf(encrypted);
    const type = encrypted?.attrs.type;
    if (!id || !from || !sender || !body || (type !== 'pkmsg' && type !== 'msg')) return;
    try {
      const plaintext = await this.signal.decrypt(deviceAddress(sender), { type, body });
      this.#retries.delete(id);
      this.#read(message, sender, proto.Message.decode(unpad(plaintext)));
    } catch {
      this.#askAgain(id, from);
    }
    this.account.changed();
  }

  #read(message: Stanza, sender: Device, decoded: proto.IMessage): void {
    const { id = '', from = '', recipient } = message.attrs;
    const isOwn = sender.account === this.account;
    const partner = isOwn ? this.account.directory.find(recipient ?? '') : sender.account;
    const content = readContent(decoded);
    if (!isOwn) this.account.state.addressSpaces.set(sender.account.lid, addressSpaceOf(from));
    if (
      partner &&
      content &&
      !this.account.state.messages.some((known) => known.id === id && known.chat === partner.pnJid)
    ) {
      this.#keep({
        id,
        chat: partner.pnJid,
        fromMe: isOwn,
        ...content,
        at: Date.now(),
        delivery: isOwn ? 'server' : 'delivered',
      });
    }
    if (!isOwn) void this.#confirmLater(id, from, sender.account);
  }

  async #confirmLater(id: string, from: string, sender: Account): Promise<void> {
    await delay(this.account.directory.receiptDelayMs, undefined, { ref: false });
    this.#confirm(id, from);
    if (!this.account.state.isContact || !this.account.state.autoRead) return;
    await delay(this.account.directory.receiptDelayMs, undefined, { ref: false });
    this.markRead(sender, id);
  }

  #confirm(id: string, to: string, type?: 'read'): void {
    this.account.directory.relay.receipt(this, stanza('receipt', { id, to, type, t: secondsNow() }));
  }

  /** Asks for a message that could not be decrypted; from the second time on with new keys for a new session. */
  #askAgain(id: string, from: string): void {
    const count = (this.#retries.get(id) ?? 0) + 1;
    if (count > MAX_RETRIES) return;
    this.#retries.set(id, count);
    const retry = stanza('retry', { count, id, t: secondsNow(), v: 1 });
    const registration = stanza('registration', {}, bigEndian(this.signal.registrationId, 4));
    const keys = stanza(
      'keys',
      {},
      bundleStanzas(this.takeBundle()).filter(({ tag }) => tag !== 'registration'),
    );
    this.account.directory.relay.receipt(
      this,
      stanza(
        'receipt',
        { id, to: from, type: 'retry' },
        count === 1 ? [retry, registration] : [retry, registration, keys],
      ),
    );
  }

  // Sending

  async #transmit(id: string, { to, message }: { to: string; message: proto.IMessage }): Promise<void> {
    const content = Buffer.from(proto.Message.encode(message).finish());
    this.#remember(id, { to, content, isPeer: false });
    const partner = this.account.directory.find(to);
    const recipients = [
      ...this.account.devices,
      ...(partner && partner !== this.account ? partner.devices : []),
    ];
    const participants: Stanza[] = [];
    for (const device of recipients) {
      if (device === this) continue;
      const encrypted = await this.#encrypt(device, this.#formFor(device, to, content)).catch(
        (error: Error) => {
          // A device with unusable keys must not keep the others from getting the message.
          this.account.directory.logger.warn(`${deviceAddress(device)} gets no message: ${error.message}`);
          return undefined;
        },
      );
      if (encrypted)
        participants.push(
          stanza('to', { jid: addressIn(device.account, addressSpaceOf(to), device.id) }, [encrypted]),
        );
    }
    this.account.directory.relay.message(
      this,
      stanza('message', { id, to, type: stanzaTypeOf(message) }, [stanza('participants', {}, participants)]),
    );
  }

  async #transmitTo(
    device: Device,
    id: string,
    content: Buffer,
    how: { to: string; isPeer: boolean; count?: string },
  ): Promise<void> {
    const form = how.isPeer ? content : this.#formFor(device, how.to, content);
    const encrypted = await this.#encrypt(device, form, how.count);
    const attributes = {
      id,
      to: addressIn(device.account, addressSpaceOf(how.to), device.id),
      recipient: device.account === this.account && !how.isPeer ? how.to : undefined,
      type: how.isPeer ? 'protocol' : 'text',
      category: how.isPeer ? 'peer' : undefined,
    };
    this.account.directory.relay.message(this, stanza('message', attributes, [encrypted]));
  }

  async #resend(receipt: Stanza): Promise<void> {
    const { id = '', from = '' } = receipt.attrs;
    const device = this.account.directory.findDevice(from);
    const sent = this.account.state.sent.get(id);
    if (!device || !sent) return;
    await this.signal.startSession(deviceAddress(device), readRetryBundle(receipt) ?? device.takeBundle());
    const count = childOf(receipt, 'retry')?.attrs.count ?? '1';
    await this.#transmitTo(device, id, sent.content, { to: sent.to, isPeer: sent.isPeer, count });
  }

  /** Our own devices get the message wrapped, so that they know which chat it belongs to. */
  #formFor(device: Device, to: string, content: Buffer): Buffer {
    if (device.account !== this.account) return content;
    const deviceSentMessage = { destinationJid: to, message: proto.Message.decode(content) };
    return Buffer.from(proto.Message.encode({ deviceSentMessage }).finish());
  }

  async #encrypt(device: Device, content: Buffer, count?: string): Promise<Stanza> {
    const address = deviceAddress(device);
    if (!this.signal.hasSession(address)) await this.signal.startSession(address, device.takeBundle());
    const { type, body } = await this.signal.encrypt(address, pad(content));
    this.account.changed();
    return stanza('enc', { v: 2, type, count }, body);
  }

  // Keeping

  #keep(message: ChatMessage): void {
    const { messages } = this.account.state;
    messages.push(message);
    messages.splice(0, messages.length - MESSAGES_KEPT);
    this.#announce(message);
  }

  #noteDelivery(id: string | undefined, delivery: Delivery): void {
    const message = this.account.state.messages.find((candidate) => candidate.id === id);
    if (!message || DELIVERY_ORDER.indexOf(delivery) <= DELIVERY_ORDER.indexOf(message.delivery)) return;
    message.delivery = delivery;
    this.#announce(message);
  }

  #announce(message: ChatMessage): void {
    this.account.changed();
    this.account.directory.emit('message', { phone: this.account.phone, message: { ...message } });
  }

  #remember(id: string, sent: { to: string; content: Buffer; isPeer: boolean }): void {
    const kept = this.account.state.sent;
    kept.set(id, sent);
    for (const oldest of kept.keys()) {
      if (kept.size <= SENT_KEPT) return;
      kept.delete(oldest);
    }
  }
}

/** Message ids tell what kind of device wrote them; phones of this make write 32 hex digits. */
function createMessageId(): string {
  return `AC${randomBytes(15).toString('hex').toUpperCase()}`;
}

function addressIn(account: Account, space: AddressSpace, device = 0): string {
  return space === 'lid'
    ? formatJid(account.lid, LID_SERVER, device)
    : formatJid(account.phone, PN_SERVER, device);
}
