import { formatJid, LID_SERVER, PN_SERVER, STATUS_JID } from '../stanza/jid.js';
import { type Stanza, secondsNow, stanza } from '../stanza/node.js';
import type { Account } from './account.js';
import { Backlog } from './backlog.js';
import type { Bundle } from './bundle.js';
import { DeliveryQueue } from './delivery-queue.js';
import type { CompanionState, QueuedStanza } from './state.js';

/** Anything that has an address and takes stanzas: a linked device, or the virtual phone (device 0). */
export interface Device {
  readonly id: number;
  readonly account: Account;
  /** Hands over a stanza addressed to this device; it never throws and never waits. */
  deliver(stanza: Stanza): void;
  /** Keys for a peer that wants to start a Signal session; the one-time pre-key in it is used up. */
  takeBundle(): Bundle;
}

/** The connection a companion is logged in with. */
export interface DeviceLink {
  send(stanza: Stanza): void;
  end(lastWords?: Stanza): void;
  terminate(): void;
}

const LOW_PRE_KEYS = 5;
/** What the client confirms by id; anything else is sent once and forgotten. */
const CONFIRMED_TAGS = new Set(['message', 'receipt', 'notification']);

const isStatus = ({ attrs }: Stanza) => attrs.from === STATUS_JID;

/** The address of a device in Signal stores and duplicate lists: `lid_device`. */
export function deviceAddress(device: Device): string {
  return `${device.account.lid}_${device.id}`;
}

/**
 * A linked device as the server sees it: its public keys, its connection, and the queue of all it has not
 * confirmed yet. Whatever is delivered stays in the queue until a receipt or an ack, across reconnects.
 */
export class Companion implements Device {
  readonly account: Account;
  readonly state: CompanionState;
  #link: DeviceLink | undefined;
  #isLive = false;
  readonly #queue: DeliveryQueue;
  /** What was kept and is being handed over. */
  #backlog: Backlog | undefined;

  constructor(account: Account, state: CompanionState) {
    this.account = account;
    this.state = state;
    this.#queue = new DeliveryQueue(state.queue);
  }

  get id(): number {
    return this.state.id;
  }

  get jid(): string {
    return formatJid(this.account.phone, PN_SERVER, this.id);
  }

  get lidJid(): string {
    return formatJid(this.account.lid, LID_SERVER, this.id);
  }

  /** The connection it is logged in with, if any. */
  get link(): DeviceLink | undefined {
    return this.#link;
  }

  /** Takes a new connection and returns the one it replaces, if there is one. */
  attach(link: DeviceLink): DeviceLink | undefined {
    const previous = this.#link;
    this.#link = link;
    this.#leaveLive();
    this.state.connectionsOpened += 1;
    this.account.changed();
    return previous;
  }

  /** Lets go of a connection that has closed; one that was replaced meanwhile is ignored. */
  detach(link: DeviceLink): void {
    if (this.#link !== link) return;
    this.#link = undefined;
    this.#leaveLive();
    this.account.directory.presence.drop(this);
  }

  #leaveLive(): void {
    this.#isLive = false;
    this.#backlog?.stop();
    this.#backlog = undefined;
  }

  /** From here on stanzas arrive as they come, after everything that was kept, in order. */
  goLive(): void {
    if (this.#isLive || this.#backlog || !this.#link) return;
    this.#backlog = new Backlog(this.#link, this.#queue, () => {
      this.#backlog = undefined;
      this.#isLive = true;
    });
    this.#backlog.start();
  }

  /** The client asks for the next so many stanzas of what was kept for it. */
  requestBatch(count: number): void {
    this.#backlog?.request(count);
  }

  deliver(stanza: Stanza): void {
    this.#enqueue({ stanza, isResent: false });
  }

  /** Delivers a message once more in another encryption, in place of the form the client could not read. */
  redeliver(stanza: Stanza): void {
    this.#drop('message', stanza.attrs.id);
    this.#enqueue({ stanza, isResent: true });
  }

  /** Takes a stanza off the queue because the client confirmed it, by receipt or by ack. */
  settle(tag: string, id: string | undefined, type?: string): void {
    this.#drop(tag, id, type);
  }

  /**
   * Takes the ack of a message: it settles it, unless a new form is under way, which it cannot be about.
   *
   * A status whose ack reports an error stays, as the first of all, and holds up what is kept behind it.
   */
  settleAcknowledged(id: string | undefined, isError: boolean): void {
    const entry = this.#queue.findMessage(id);
    if (entry?.isResent) {
      entry.isResent = false;
    } else if (entry && isError && isStatus(entry.stanza)) {
      entry.isRefused = true;
      this.account.changed();
    } else {
      this.#drop('message', id);
    }
  }

  /** Takes a retry receipt, which settles a message; a status still waits for its ack. */
  settleRetry(id: string | undefined): void {
    const entry = this.#queue.findMessage(id);
    if (entry && !isStatus(entry.stanza)) this.#drop('message', id);
  }

  takeBundle(): Bundle {
    const { registrationId, identity, signedPreKey, preKeys } = this.state;
    const [next] = preKeys;
    if (!next) return { registrationId, identity, signedPreKey };
    preKeys.delete(next[0]);
    this.account.changed();
    if (preKeys.size === LOW_PRE_KEYS - 1) this.#askForPreKeys();
    return { registrationId, identity, signedPreKey, preKey: { id: next[0], public: next[1] } };
  }

  /** Not worth keeping while the client is away: it asks for the count at every login. */
  #askForPreKeys(): void {
    const count = stanza('count', { value: this.state.preKeys.size });
    const attributes = {
      from: '@s.whatsapp.net',
      type: 'encrypt',
      id: `prekeys-${Date.now()}`,
      t: secondsNow(),
    };
    if (this.#isLive) this.#link?.send(stanza('notification', attributes, [count]));
  }

  #enqueue(entry: QueuedStanza): void {
    if (CONFIRMED_TAGS.has(entry.stanza.tag)) {
      this.#queue.add(entry);
      this.account.changed();
    }
    if (this.#isLive) this.#link?.send(entry.stanza);
  }

  #drop(tag: string, id: string | undefined, type?: string): void {
    const confirmed = this.#queue.settle(tag, id, type);
    if (confirmed.length === 0) return;
    this.#backlog?.settled(confirmed);
    this.account.changed();
  }
}
