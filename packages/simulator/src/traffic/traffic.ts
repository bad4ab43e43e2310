import { setImmediate as nextTurn } from 'node:timers/promises';
import { z } from 'zod';
import type { Account } from '../accounts/account.js';
import type { Companion } from '../accounts/device.js';
import type { Directory, DirectoryEvents } from '../accounts/directory.js';
import { SimulatorError } from '../errors.js';
import { type TrafficOptions, trafficOptions } from './volume.js';
import { type WrittenText, writeToGroups, writeToPerson } from './write-texts.js';

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
 * the encryption. They go to the linked devices only: the virtual phones, which would have to decrypt each, get none.
 */
export class Traffic {
  readonly #directory: Directory;
  readonly #devices: Companion[];
  readonly #texts: WrittenText[];

  private constructor(directory: Directory, devices: Companion[], texts: WrittenText[]) {
    this.#directory = directory;
    this.#devices = devices;
    this.#texts = texts;
  }

  /**
   * Makes the people and groups, and encrypts everything they will write.
   *
   * @throws SimulatorError 400 for a volume that cannot be, 404 if there is no such account, 409 if it has no linked
   * device.
   */
  static async prepare(directory: Directory, options: TrafficOptions): Promise<Traffic> {
    const parsed = trafficOptions.safeParse(options);
    if (!parsed.success)
      throw new SimulatorError(
        'TRAFFIC_INVALID',
        400,
        `That is no volume of traffic: ${z.prettifyError(parsed.error)}`,
      );
    const volume = parsed.data;
    const { to } = volume;
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
    const people = 'contacts' in volume ? volume.contacts : volume.members;
    const senders = Array.from({ length: people }, (_, number) => trafficContact(directory, number));
    const texts =
      'contacts' in volume
        ? await writeToPerson(senders, recipient, devices, volume.messages)
        : await writeToGroups(
            senders,
            trafficGroups(directory, recipient, senders, volume.groups),
            devices,
            volume.messages,
          );
    return new Traffic(directory, devices, texts);
  }

  get count(): number {
    return this.#texts.length;
  }

  /** Hands everything to the server as fast as it takes it, and waits until devices have confirmed it. */
  async run({ timeoutMs = 120_000 } = {}): Promise<TrafficResult> {
    const open = new Set(this.#texts.map(({ message }) => message.attrs.id));
    const total = open.size;
    const startedAt = performance.now();
    const confirmed = new Promise<void>((resolve) => {
      const onReceipt = ({ id, type }: DirectoryEvents['receipt'][0]) => {
        if (type !== 'retry') open.delete(id);
        if (open.size === 0) stop();
      };
      const timer = setTimeout(() => stop(), timeoutMs);
      const stop = () => {
        clearTimeout(timer);
        this.#directory.off('receipt', onReceipt);
        resolve();
      };
      this.#directory.on('receipt', onReceipt);
    });
    for (const [index, { sender, message }] of this.#texts.entries()) {
      this.#directory.relay.message(sender.phoneDevice, message, { recipients: this.#devices });
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

function trafficGroups(directory: Directory, recipient: Account, senders: Account[], number: number) {
  const [creator = recipient] = senders;
  return Array.from({ length: number }, (_, index) =>
    directory.groups.create({
      subject: `Traffic group ${index + 1}`,
      creator,
      members: [recipient, ...senders],
    }),
  );
}
