import { setTimeout as delay } from 'node:timers/promises';
import { proto } from '@whiskeysockets/baileys/WAProto/index.js';
import { SenderKeys } from '../groups/sender-keys.js';
import { answerPeerRequest } from '../history/peer-request.js';
import { type Chat, findChat, isBroadcast } from '../messages/chat.js';
import { ChatLog } from '../messages/chat-log.js';
import { compose } from '../messages/compose.js';
import { composeContext } from '../messages/compose-context.js';
import type { Content } from '../messages/content.js';
import { createMessageId, Outbox, type SendFaults } from '../messages/outbox.js';
import { stanzaFormOf } from '../messages/stanza-form.js';
import { issueTokenInTime } from '../profile/privacy-token.js';
import { type AddressSpace, addressSpaceOf } from '../stanza/jid.js';
import { bigEndian, bytesOf, childOf, childrenOf, type Stanza, secondsNow, stanza } from '../stanza/node.js';
import type { Account } from './account.js';
import { addressIn } from './address.js';
import { type Bundle, bundleStanzas } from './bundle.js';
import { unpad } from './content.js';
import { type Device, deviceAddress } from './device.js';
import { SignalSide } from './signal.js';
import type { Delivery } from './state.js';

const MAX_RETRIES = 5;
const DELIVERIES: Record<string, Delivery> = {
  read: 'read',
  'read-self': 'read',
  played: 'played',
  'played-self': 'played',
};

/** How a message is sent: in which address space a chat with a person is, and what goes wrong on purpose. */
export interface SendOptions extends SendFaults {
  space?: AddressSpace | undefined;
}

/**
 * A virtual phone: device 0 of an account. It decrypts what arrives, keeps the chats, writes messages, and
 * confirms what it got after the configured delay, all through the same relay that real clients use.
 */
export class Phone implements Device {
  readonly id = 0;
  readonly account: Account;
  readonly signal: SignalSide;
  readonly log: ChatLog;
  readonly #senderKeys: SenderKeys;
  readonly #outbox: Outbox;
  readonly #retries = new Map<string, number>();
  /** One thing at a time: a ratchet must not be used by two operations at once, and chats keep their order. */
  #work: Promise<unknown> = Promise.resolve();

  constructor(account: Account) {
    this.account = account;
    this.signal = new SignalSide(account.state.signal);
    this.log = new ChatLog(account);
    this.#senderKeys = new SenderKeys(account.state.senderKeys);
    this.#outbox = new Outbox(account, this.signal, this.#senderKeys);
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
   * Writes to a chat, and sends copies to this account's own linked devices.
   *
   * @param to a person, phone number or JID; or the JID of a group; or `status@broadcast`.
   * @returns the id of the message, once the server has it.
   * @throws SimulatorError if there is no such chat, if the account may not write there, or if the content is
   * about a message that the chat does not have.
   */
  send(to: string | Account, content: Content, options: SendOptions = {}): Promise<{ id: string }> {
    const chat = findChat(this.account, to, options.space);
    return this.#post(chat, () => compose(content, composeContext(this.account, chat)), options);
  }

  /** Like {@link send}, for a message that is composed already. */
  sendMessage(to: string | Account, message: proto.IMessage, space?: AddressSpace): Promise<{ id: string }> {
    return this.#post(findChat(this.account, to, space), () => message, {});
  }

  /** Sends a message of the phone's own to one of its linked devices: key shares, history. */
  sendPeerMessage(device: Device, message: proto.IMessage): Promise<void> {
    return this.#inTurn(() => this.#outbox.transmitPeer(device, createMessageId(), message));
  }

  /** Says that everything in a chat was read, or only one message of it; the sender's ticks change. */
  markRead(to: string | Account, id?: string): void {
    const chat = findChat(this.account, to);
    for (const message of this.log.unread(chat.name, id)) {
      this.log.noteDelivery(message.id, 'read');
      this.#confirm(message.id, chat, message.author, 'read');
    }
  }

  /** Says that a voice message was listened to. */
  markPlayed(to: string | Account, id: string): void {
    const chat = findChat(this.account, to);
    const message = this.log.find(chat.name, id);
    if (!message || message.fromMe) return;
    this.log.noteDelivery(id, 'played');
    this.#confirm(id, chat, message.author, 'played');
  }

  #inTurn<T>(job: () => Promise<T>): Promise<T> {
    const result = this.#work.then(job);
    this.#work = result.catch(() => {});
    return result;
  }

  #post(chat: Chat, write: () => proto.IMessage, faults: SendFaults): Promise<{ id: string }> {
    return this.#inTurn(async () => {
      chat.group?.requireWriter(this.account);
      chat.newsletter?.requireAdmin(this.account);
      const message = write();
      const id = createMessageId();
      this.log.take({ id, chat: chat.name, author: this.account, message, delivery: 'pending' });
      if (chat.newsletter) {
        const content = Buffer.from(proto.Message.encode(message).finish());
        chat.newsletter.post(this, { id, type: stanzaFormOf(message).type, content });
      } else await this.#outbox.transmit(id, chat, message, faults);
      if (!chat.isBroadcast) for (const person of chat.people) issueTokenInTime(this.account, person);
      this.log.noteDelivery(id, 'server');
      return { id };
    });
  }

  // Receiving

  async #take(stanza: Stanza): Promise<void> {
    if (stanza.tag === 'message') await this.#receive(stanza);
    else if (stanza.tag === 'receipt' && stanza.attrs.type === 'retry') await this.#outbox.resend(stanza);
    else if (stanza.tag === 'receipt') this.#noteReceipt(stanza);
  }

  #noteReceipt({ attrs: { id, from = '', participant, type } }: Stanza): void {
    const delivery = DELIVERIES[type ?? ''] ?? 'delivered';
    const reader = participant ? this.account.directory.find(participant) : undefined;
    const group = this.account.directory.groups.find(from);
    if (!reader || reader === this.account || !group) this.log.noteDelivery(id, delivery);
    else {
      const others = group.members.filter((member) => member !== this.account);
      this.log.noteReceipt(id, reader, delivery, others);
    }
  }

  async #receive(message: Stanza): Promise<void> {
    const { id, from, participant } = message.attrs;
    if (childOf(message, 'plaintext')) return this.#readPost(message);
    const sender = this.account.directory.findDevice(participant ?? from ?? '');
    if (!id || !from || !sender) return;
    try {
      // The pairwise part comes first: it may bring the sender key that the other part needs.
      for (const encrypted of childrenOf(message, 'enc')) {
        const plaintext = await this.#decrypt(encrypted, from, sender);
        this.#read(message, sender, proto.Message.decode(unpad(plaintext)));
      }
      this.#retries.delete(id);
    } catch {
      this.#askAgain(id, from, participant);
      return;
    } finally {
      this.account.changed();
    }
    if (sender.account === this.account) return;
    // Whatever is wrong with the chat by then, such as a group that was left, there is nobody to tell.
    this.#confirmLater(id, message, sender.account).catch(() => {});
  }

  #readPost(post: Stanza): void {
    const { id = '', from: chat = '' } = post.attrs;
    const author = this.account.directory.newsletters.find(chat)?.owner;
    const message = proto.Message.decode(bytesOf(post, 'plaintext') ?? Buffer.alloc(0));
    if (author) this.log.take({ id, chat, author, message, delivery: 'delivered' });
  }

  #decrypt(encrypted: Stanza, chat: string, sender: Device): Promise<Buffer> | Buffer {
    const body = bytesOf(encrypted) ?? Buffer.alloc(0);
    const { type } = encrypted.attrs;
    if (type === 'skmsg') return this.#senderKeys.decrypt(chat, deviceAddress(sender), body);
    if (type !== 'pkmsg' && type !== 'msg') throw new Error(`Unknown encryption ${type}.`);
    return this.signal.decrypt(deviceAddress(sender), { type, body });
  }

  #read(message: Stanza, sender: Device, decoded: proto.IMessage): void {
    const { id = '', from = '', recipient } = message.attrs;
    const isOwn = sender.account === this.account;
    const distribution = decoded.senderKeyDistributionMessage;
    if (distribution?.groupId && distribution.axolotlSenderKeyDistributionMessage) {
      const key = distribution.axolotlSenderKeyDistributionMessage;
      this.#senderKeys.learn(distribution.groupId, deviceAddress(sender), key);
    }
    if (!isOwn && !isBroadcast(from))
      this.account.state.addressSpaces.set(sender.account.lid, addressSpaceOf(from));
    if (isOwn) void this.#answerPeer(sender, id, decoded);
    const partner = isOwn ? this.account.directory.find(recipient ?? '') : sender.account;
    const chat = isBroadcast(from) ? from : partner?.pnJid;
    const delivery = isOwn ? 'server' : 'delivered';
    if (chat) this.log.take({ id, chat, author: sender.account, message: decoded, delivery });
  }

  async #answerPeer(device: Device, id: string, request: proto.IMessage): Promise<void> {
    await answerPeerRequest(device, id, request).catch((error: Error) => {
      this.account.directory.logger.warn(`The phone could not answer ${device.id}: ${error.message}`);
    });
  }

  async #confirmLater(id: string, { attrs }: Stanza, author: Account): Promise<void> {
    const { from = '', participant } = attrs;
    const { receiptDelayMs } = this.account.directory;
    await delay(receiptDelayMs, undefined, { ref: false });
    this.#sendReceipt(id, from, participant);
    if (!this.account.state.isContact || !this.account.state.autoRead) return;
    await delay(receiptDelayMs, undefined, { ref: false });
    this.markRead(isBroadcast(from) ? from : author, id);
  }

  #confirm(id: string, chat: Chat, author: string, type: string): void {
    const person = this.account.directory.find(author);
    const participant = chat.isBroadcast && person ? addressIn(person, chat.space) : undefined;
    this.#sendReceipt(id, chat.jid, participant, type);
  }

  #sendReceipt(id: string, to: string, participant?: string, type?: string): void {
    const attributes = { id, to, participant, type, t: secondsNow() };
    this.account.directory.relay.receipt(this, stanza('receipt', attributes));
  }

  /** Asks for a message that could not be decrypted; from the second time on with new keys for a new session. */
  #askAgain(id: string, from: string, participant?: string): void {
    const count = (this.#retries.get(id) ?? 0) + 1;
    if (count > MAX_RETRIES) return;
    this.#retries.set(id, count);
    const retry = stanza('retry', { count, id, t: secondsNow(), v: 1 });
    const registration = stanza('registration', {}, bigEndian(this.signal.registrationId, 4));
    const keys = bundleStanzas(this.takeBundle()).filter(({ tag }) => tag !== 'registration');
    this.account.directory.relay.receipt(
      this,
      stanza(
        'receipt',
        { id, to: from, participant, type: 'retry' },
        count === 1 ? [retry, registration] : [retry, registration, stanza('keys', {}, keys)],
      ),
    );
  }
}
