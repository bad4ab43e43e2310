import { randomInt } from 'node:crypto';
import { createAppState } from '../appstate/state.js';
import { SimulatorError } from '../errors.js';
import { createSenderKeysState } from '../groups/sender-keys.js';
import { createProfile } from '../profile/state.js';
import { formatJid, LID_SERVER, PN_SERVER } from '../stanza/jid.js';
import { Companion, type Device } from './device.js';
import type { Directory } from './directory.js';
import { Phone } from './phone.js';
import { createSignalState } from './signal.js';
import type { AccountState, CompanionState } from './state.js';

/** WhatsApp reserves device 99 for hosted devices. */
const LAST_DEVICE_ID = 98;

/** Makes the state of an account that does not exist yet. */
export function createAccountState(phone: string, lid: string, name: string): AccountState {
  return {
    phone,
    lid,
    name,
    isContact: false,
    autoRead: true,
    isPasskeyGated: false,
    rawId: randomInt(1, 2 ** 31),
    nextDeviceId: 1,
    signal: createSignalState(),
    companions: [],
    watchers: new Set(),
    messages: [],
    routes: new Map(),
    sent: new Map(),
    secrets: new Map(),
    senderKeys: createSenderKeysState(),
    appState: createAppState(),
    profile: createProfile(),
    addressSpaces: new Map(),
    expirations: new Map(),
    tokensIssued: new Map(),
  };
}

/** One phone number: its two addresses, its virtual phone (device 0) and the devices linked to it. */
export class Account {
  readonly directory: Directory;
  readonly state: AccountState;
  readonly phoneDevice: Phone;
  readonly companions = new Map<number, Companion>();

  constructor(directory: Directory, state: AccountState) {
    this.directory = directory;
    this.state = state;
    this.phoneDevice = new Phone(this);
    for (const companion of state.companions)
      this.companions.set(companion.id, new Companion(this, companion));
  }

  /** The phone number, digits only. */
  get phone(): string {
    return this.state.phone;
  }

  /** The user part of the hidden address. */
  get lid(): string {
    return this.state.lid;
  }

  get name(): string {
    return this.state.name;
  }

  get pnJid(): string {
    return formatJid(this.phone, PN_SERVER);
  }

  get lidJid(): string {
    return formatJid(this.lid, LID_SERVER);
  }

  /** Every device, the phone first. */
  get devices(): Device[] {
    return [this.phoneDevice, ...this.companions.values()];
  }

  device(id: number): Device | undefined {
    return id === 0 ? this.phoneDevice : this.companions.get(id);
  }

  /** A linked device. @throws SimulatorError 404 if there is none with this number. */
  companion(id: number): Companion {
    const companion = this.companions.get(id);
    if (companion) return companion;
    throw new SimulatorError(
      'DEVICE_NOT_FOUND',
      404,
      `${this.phone} has no linked device ${id}: list its devices to see which it has.`,
    );
  }

  /** The number for the next linked device; the numbers of unlinked ones are used again only when all have been. */
  reserveDeviceId(): number {
    let id = this.state.nextDeviceId;
    while (this.companions.has(id)) id = (id % LAST_DEVICE_ID) + 1;
    this.state.nextDeviceId = (id % LAST_DEVICE_ID) + 1;
    return id;
  }

  addCompanion(state: CompanionState): Companion {
    const companion = new Companion(this, state);
    this.state.companions.push(state);
    this.companions.set(state.id, companion);
    this.changed();
    return companion;
  }

  removeCompanion(companion: Companion): void {
    this.state.companions = this.state.companions.filter(({ id }) => id !== companion.id);
    this.companions.delete(companion.id);
    this.changed();
  }

  /** Says that the state is different from what was last written to disk. */
  changed(): void {
    this.directory.accountChanged(this);
  }
}
