import { randomBytes } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { proto } from '@whiskeysockets/baileys/WAProto/index.js';
import type { Account } from '../accounts/account.js';
import { addressIn } from '../accounts/address.js';
import { pad } from '../accounts/content.js';
import { type Companion, deviceAddress } from '../accounts/device.js';
import type { Directory, DirectoryEvents } from '../accounts/directory.js';
import { SimulatorError } from '../errors.js';
import { type Stanza, stanza } from '../stanza/node.js';

/** How much is written, and to whom. */
export interface TrafficOptions {
  /** The account whose linked devices get it: phone number or JID. */
  to: string;
  /** How many people write, up to 5,000. */
  contacts: number;
  /** How many texts each of them writes, up to 1,000. */
  messages: number;
}

/** What came of it. */
export interface TrafficResult {
  messages: number;
  /** From the first message handed over until the last one was confirmed by a device. */
  ms: number;
  /** Messages that a device confirmed; fewer than `messages` if time ran out. */
  confirmed: number;
}

const FIRST_PHONE = 15_557_000_001;
const BATCH = 100;

/**
 * Messages of many people, encrypted beforehand, so that what is measured is the client that gets them and not
 * the encryption. They go to the linked devices only: the virtual phone, which would have to decrypt each, gets none.
 */
export class Traffic {
  readonly #directory: Directory;
  readonly #messages: { sender: Account; message: Stanza }[] = [];

  private constructor(directory: Directory) {
    this.#directory = directory;
  }

  /**
   * Makes the people and encrypts everything they will write.
   *
   * @throws SimulatorError 404 if there is no such account, 409 if it has no linked device.
   */
  static async prepare(directory: Directory, { to, contacts, messages }: TrafficOptions): Promise<Traffic> {
    const recipient = directory.find(to);
    if (!recipient)
      throw new SimulatorError(
        'ACCOUNT_NOT_FOUND',
        404,
        `There is no account ${to}: pair a device with that number first.`,
      );
    const devices = [...recipient.companions.values()];
    if (devices.length === 0)
      throw new SimulatorError('NO_DEVICE', 409, `${to} has no linked device to write to: pair one first.`);
    const traffic = new Traffic(directory);
    const senders = Array.from({ length: contacts }, (_, number) => trafficContact(directory, number));
    for (let round = 1; round <= messages; round += 1) {
      for (const sender of senders) {
        const message = await encrypt(sender, recipient, devices, `Message ${round} of ${sender.name}`);
        traffic.#messages.push({ sender, message });
      }
      await nextTurn();
    }
    return traffic;
  }

  get count(): number {
    return this.#messages.length;
  }

  /** Hands everything to the server as fast as it takes it, and waits until devices have confirmed it. */
  async run({ timeoutMs = 120_000 } = {}): Promise<TrafficResult> {
    const open = new Set(this.#messages.map(({ message }) => message.attrs.id));
    const total = open.size;
    const startedAt = performance.now();
    const confirmed = new Promise<void>((resolve) => {
      const onReceipt = ([{ id, type }]: DirectoryEvents['receipt']) => {
        if (type !== 'retry') open.delete(id);
        if (open.size === 0) stop();
      };
      const listener = (happening: DirectoryEvents['receipt'][0]) => onReceipt([happening]);
      const timer = setTimeout(() => stop(), timeoutMs);
      const stop = () => {
        clearTimeout(timer);
        this.#directory.off('receipt', listener);
        resolve();
      };
      this.#directory.on('receipt', listener);
    });
    for (const [index, { sender, message }] of this.#messages.entries()) {
      this.#directory.relay.message(sender.phoneDevice, message);
      if (index % BATCH === BATCH - 1) await nextTurn();
    }
    await confirmed;
    return { messages: total, confirmed: total - open.size, ms: performance.now() - startedAt };
  }
}

function trafficContact(directory: Directory, number: number): Account {
  const account = directory.findOrCreate(String(FIRST_PHONE + number), `Traffic ${number + 1}`);
  account.state.isContact = true;
  return account;
}

async function encrypt(sender: Account, to: Account, devices: Companion[], text: string): Promise<Stanza> {
  const { signal } = sender.phoneDevice;
  const content = proto.Message.encode({ conversation: text }).finish();
  const participants: Stanza[] = [];
  for (const device of devices) {
    const address = deviceAddress(device);
    if (!signal.hasSession(address)) await signal.startSession(address, device.takeBundle());
    const { type, body } = await signal.encrypt(address, pad(content));
    const jid = addressIn(to, 'lid', device.id);
    participants.push(stanza('to', { jid }, [stanza('enc', { v: 2, type }, body)]));
  }
  const id = `AC${randomBytes(15).toString('hex').toUpperCase()}`;
  return stanza('message', { id, to: to.lidJid, type: 'text' }, [stanza('participants', {}, participants)]);
}
