import { randomBytes } from 'node:crypto';
import { proto } from '@whiskeysockets/baileys/WAProto/index.js';
import type { Account } from '../accounts/account.js';
import { addressIn } from '../accounts/address.js';
import { readRetryBundle } from '../accounts/bundle.js';
import { pad } from '../accounts/content.js';
import { type Device, deviceAddress } from '../accounts/device.js';
import type { SignalSide } from '../accounts/signal.js';
import type { SentContent } from '../accounts/state.js';
import type { SenderKeys } from '../groups/sender-keys.js';
import { addressSpaceOf } from '../stanza/jid.js';
import { childOf, type Stanza, stanza } from '../stanza/node.js';
import { type Chat, isBroadcast } from './chat.js';
import { stanzaFormOf } from './stanza-form.js';
import { unwrap } from './unwrap.js';

const SENT_KEPT = 200;

/** Why a linked device gets no ciphertext, as clients tell these kinds apart; `untyped` gives no reason. */
export const unavailableTypes = [
  'untyped',
  'view_once',
  'view_once_unavailable_fanout',
  'hosted_unavailable_fanout',
  'bot_unavailable_fanout',
] as const;
export type UnavailableType = (typeof unavailableTypes)[number];

/** What goes wrong with a message on purpose. */
export interface SendFaults {
  /** Nobody can decrypt it: the first time, so that a retry helps; never; or the first time, and retries are not answered. */
  undecryptable?: 'once' | 'always' | 'unanswered' | undefined;
  /** It is delivered twice. */
  duplicated?: boolean | undefined;
  /** It is delivered only after the next message of the same phone. */
  overtaken?: boolean | undefined;
  /** Linked devices get no ciphertext but word that there is something, and may ask their phone for it. */
  unavailable?: UnavailableType | undefined;
}

/** How a virtual phone sends: it encrypts for each device, hands to the server, and answers retry receipts. */
export class Outbox {
  readonly #account: Account;
  readonly #signal: SignalSide;
  readonly #senderKeys: SenderKeys;
  readonly #faults = new Map<string, SendFaults>();
  /** Messages that shall be overtaken by the next one. */
  #heldBack: (() => void)[] = [];

  constructor(account: Account, signal: SignalSide, senderKeys: SenderKeys) {
    this.#account = account;
    this.#signal = signal;
    this.#senderKeys = senderKeys;
  }

  /** Sends a message to everybody in a chat, and to this account's own linked devices. */
  async transmit(id: string, chat: Chat, message: proto.IMessage, faults: SendFaults = {}): Promise<void> {
    const content = Buffer.from(proto.Message.encode(message).finish());
    this.#remember(id, { to: chat.jid, content, isPeer: false });
    if (faults.undecryptable) this.#faults.set(id, faults);
    // What is to be seen once is for telephones; linked devices only learn that it is there.
    const withheld = faults.unavailable ?? (unwrap(message).isViewOnce ? 'view_once' : undefined);
    const people = new Set([this.#account, ...chat.people]);
    const others = [...people]
      .flatMap((account) => account.devices)
      .filter((device) => device !== this.#account.phoneDevice);
    const devices = withheld ? others.filter((device) => device.id === 0) : others;
    const children = chat.isBroadcast
      ? await this.#sealForAll(id, chat, content, devices)
      : [await this.#sealForEach(id, chat, devices, (device) => this.#formFor(device, chat.jid, content))];
    if (withheld) {
      const participants = children.find(({ tag }) => tag === 'participants');
      const without = others.filter((device) => device.id !== 0);
      if (Array.isArray(participants?.content))
        participants.content.push(...without.map((device) => placeholder(chat, device, withheld)));
    }
    const { type, edit, meta } = stanzaFormOf(message);
    const attributes = {
      id,
      to: chat.jid,
      type,
      edit,
      addressing_mode: chat.group && chat.space,
      phash: chat.group?.participantHash(),
    };
    this.#post(stanza('message', attributes, [...children, ...(meta ? [meta] : [])]), faults);
  }

  /** Sends a message of the phone's own to one of its linked devices: key shares, history. */
  async transmitPeer(device: Device, id: string, message: proto.IMessage): Promise<void> {
    const content = Buffer.from(proto.Message.encode(message).finish());
    this.#remember(id, { to: this.#account.pnJid, content, isPeer: true });
    await this.#transmitTo(device, id, { to: this.#account.pnJid, content, isPeer: true });
  }

  /** Sends a message once more to the device that could not decrypt it, in a new session. */
  async resend(receipt: Stanza): Promise<void> {
    const { id = '', from = '', participant } = receipt.attrs;
    const device = this.#account.directory.findDevice(participant ?? from);
    const sent = this.#account.state.sent.get(id);
    if (!device || !sent || this.#faults.get(id)?.undecryptable === 'unanswered') return;
    await this.#signal.startSession(deviceAddress(device), readRetryBundle(receipt) ?? device.takeBundle());
    await this.#transmitTo(device, id, sent, childOf(receipt, 'retry')?.attrs.count ?? '1');
  }

  #post(message: Stanza, { duplicated, overtaken }: SendFaults): void {
    const { relay } = this.#account.directory;
    const post = () => relay.message(this.#account.phoneDevice, message, { times: duplicated ? 2 : 1 });
    if (overtaken) {
      this.#heldBack.push(post);
      return;
    }
    post();
    for (const postLate of this.#heldBack.splice(0)) postLate();
  }

  async #sealForAll(id: string, chat: Chat, content: Buffer, devices: Device[]): Promise<Stanza[]> {
    const addresses = devices.map(deviceAddress);
    const sealed = this.#senderKeys.encrypt(chat.jid, addresses, pad(content));
    const distribution = distributionContent(chat.jid, sealed.distribution);
    const newHolders = devices.filter((device) => sealed.newHolders.has(deviceAddress(device)));
    const participants = await this.#sealForEach(id, chat, newHolders, () => distribution);
    const { encrypted } = stanzaFormOf(proto.Message.decode(content));
    const body = this.#faults.get(id)?.undecryptable ? spoiled(sealed.ciphertext) : sealed.ciphertext;
    return [participants, stanza('enc', { v: 2, type: 'skmsg', ...encrypted }, body)];
  }

  async #sealForEach(
    id: string,
    chat: Chat,
    devices: Device[],
    contentFor: (device: Device) => Buffer,
  ): Promise<Stanza> {
    const participants: Stanza[] = [];
    for (const device of devices) {
      try {
        const jid = addressIn(device.account, chat.space, device.id);
        participants.push(stanza('to', { jid }, [await this.#encrypt(device, id, contentFor(device))]));
      } catch (error) {
        // A device with unusable keys must not keep the others from getting the message.
        const reason = (error as Error).message;
        this.#account.directory.logger.warn(`${deviceAddress(device)} gets no message: ${reason}`);
      }
    }
    return stanza('participants', {}, participants);
  }

  async #transmitTo(device: Device, id: string, sent: SentContent, count?: string): Promise<void> {
    const { to, content, isPeer } = sent;
    const form = isPeer ? content : this.#formFor(device, to, this.#withDistribution(to, content));
    const encrypted = await this.#encrypt(device, id, form, count);
    const isGroup = isBroadcast(to);
    const address = addressIn(device.account, this.#spaceOf(to), device.id);
    const { type, edit, meta } = stanzaFormOf(proto.Message.decode(content));
    const attributes = {
      id,
      to: isGroup ? to : address,
      participant: isGroup ? address : undefined,
      recipient: device.account === this.#account && !isPeer && !isGroup ? to : undefined,
      type: isPeer ? 'protocol' : type,
      edit,
      category: isPeer ? 'peer' : undefined,
    };
    this.#account.directory.relay.message(
      this.#account.phoneDevice,
      stanza('message', attributes, [encrypted, ...(meta ? [meta] : [])]),
    );
  }

  /** Our own devices get the message wrapped, so that they know which chat it belongs to. */
  #formFor(device: Device, to: string, content: Buffer): Buffer {
    if (device.account !== this.#account || isBroadcast(to)) return content;
    const deviceSentMessage = { destinationJid: to, message: proto.Message.decode(content) };
    return Buffer.from(proto.Message.encode({ deviceSentMessage }).finish());
  }

  /** Whoever asks again for a group message probably lacks the sender key. */
  #withDistribution(to: string, content: Buffer): Buffer {
    const distribution = isBroadcast(to) ? this.#senderKeys.distribution(to) : undefined;
    return distribution ? Buffer.concat([content, distributionContent(to, distribution)]) : content;
  }

  #spaceOf(to: string) {
    return (
      this.#account.directory.groups.find(to)?.state.addressingMode ??
      (isBroadcast(to) ? 'lid' : addressSpaceOf(to))
    );
  }

  async #encrypt(device: Device, id: string, content: Buffer, count?: string): Promise<Stanza> {
    const address = deviceAddress(device);
    if (!this.#signal.hasSession(address)) await this.#signal.startSession(address, device.takeBundle());
    const { type, body } = await this.#signal.encrypt(address, pad(content));
    this.#account.changed();
    const { encrypted } = stanzaFormOf(proto.Message.decode(content));
    const fault = this.#faults.get(id)?.undecryptable;
    const isSpoiled = fault !== undefined && (fault === 'always' || count === undefined);
    return stanza('enc', { v: 2, type, count, ...encrypted }, isSpoiled ? spoiledMessage(type, body) : body);
  }

  #remember(id: string, sent: SentContent): void {
    const kept = this.#account.state.sent;
    kept.set(id, sent);
    for (const oldest of kept.keys()) {
      if (kept.size <= SENT_KEPT) return;
      kept.delete(oldest);
      this.#faults.delete(oldest);
    }
  }
}

/** Message ids tell what kind of device wrote them; phones of this make write 32 hex digits. */
export function createMessageId(): string {
  return `AC${randomBytes(15).toString('hex').toUpperCase()}`;
}

/** A pairwise message whose authentication fails; one that starts a session has the message proper inside. */
function spoiledMessage(type: string, body: Buffer): Buffer {
  if (type === 'msg') return spoiled(body);
  const outer = proto.PreKeySignalMessage.decode(body.subarray(1));
  outer.message = spoiled(outer.message ?? Buffer.alloc(0));
  return Buffer.concat([body.subarray(0, 1), proto.PreKeySignalMessage.encode(outer).finish()]);
}

/** The same bytes but for the last one, which belongs to the authentication: all before it can still be parsed. */
function spoiled(ciphertext: Uint8Array): Buffer {
  const changed = Buffer.from(ciphertext);
  changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
  return changed;
}

function placeholder(chat: Chat, { account, id }: Device, type: UnavailableType): Stanza {
  const attributes = { type: type === 'untyped' ? undefined : type };
  return stanza('to', { jid: addressIn(account, chat.space, id) }, [stanza('unavailable', attributes)]);
}

/** The message that brings somebody the sender key for a chat. */
export function distributionContent(groupId: string, axolotlSenderKeyDistributionMessage: Buffer): Buffer {
  const senderKeyDistributionMessage = { groupId, axolotlSenderKeyDistributionMessage };
  return Buffer.from(proto.Message.encode({ senderKeyDistributionMessage }).finish());
}
