import type { Account } from '../accounts/account.js';
import { addressIn } from '../accounts/address.js';
import { Companion, type Device, deviceAddress } from '../accounts/device.js';
import type { Directory } from '../accounts/directory.js';
import { isBlocked } from '../profile/visibility.js';
import { addressSpaceOf, GROUP_SERVER, parseJid } from '../stanza/jid.js';
import { type Stanza, stanza } from '../stanza/node.js';

/** What a person can be seen doing. */
export type PresenceState = 'available' | 'unavailable' | 'composing' | 'recording' | 'paused';

/** How one person saw another last. */
export interface SeenPresence {
  state: PresenceState;
  /** Epoch milliseconds; absent while online, and for those who do not show it. */
  lastSeenAt?: number;
}

const MAX_SUBSCRIPTIONS = 5_000;

/**
 * Who is online, and who wants to know. A device hears of others only while it is online itself, and nothing
 * is kept for those that are away.
 */
export class PresenceBoard {
  readonly #directory: Directory;
  /** Online devices by account; a virtual phone is one of them. */
  readonly #online = new Map<Account, Set<Device>>();
  /** By account that is watched: the watching devices, and the address under which each asked. */
  readonly #watchers = new Map<Account, Map<string, { device: Device; address: string }>>();
  readonly #seen = new Map<Account, Map<Account, SeenPresence>>();

  constructor(directory: Directory) {
    this.#directory = directory;
  }

  isOnline(account: Account): boolean {
    return (this.#online.get(account)?.size ?? 0) > 0;
  }

  /** How the phone of `viewer` saw somebody last. */
  seenBy(viewer: Account, subject: Account): SeenPresence | undefined {
    return this.#seen.get(viewer)?.get(subject);
  }

  /** A device goes online or away; those who watch the account hear of it if that makes a difference. */
  set(device: Device, isAvailable: boolean): void {
    const { account } = device;
    const devices = this.#online.get(account) ?? new Set();
    const wasOnline = devices.size > 0;
    if (isAvailable) devices.add(device);
    else devices.delete(device);
    if (devices.size === 0) this.#online.delete(account);
    else this.#online.set(account, devices);
    const isOnline = devices.size > 0;
    if (wasOnline === isOnline) return;
    if (!isOnline) {
      account.state.profile.lastSeenAt = Date.now();
      account.changed();
    }
    for (const { device: watcher, address } of this.#watchers.get(account)?.values() ?? [])
      this.#tell(watcher, account, address);
  }

  /** Forgets a device whose connection closed. */
  drop(device: Device): void {
    this.set(device, false);
    for (const watchers of this.#watchers.values()) watchers.delete(deviceAddress(device));
  }

  /** From now on a device hears of somebody's presence; it learns the present state at once. */
  subscribe(watcher: Device, address: string): void {
    const subject = this.#directory.find(address);
    if (!subject) return;
    const watchers = this.#watchers.get(subject) ?? new Map();
    this.#watchers.set(subject, watchers);
    if (watchers.size >= MAX_SUBSCRIPTIONS) return;
    watchers.set(deviceAddress(watcher), { device: watcher, address });
    this.#tell(watcher, subject, address);
  }

  unsubscribe(watcher: Device, address: string): void {
    const subject = this.#directory.find(address);
    if (subject) this.#watchers.get(subject)?.delete(deviceAddress(watcher));
  }

  /** Shows the people of a chat that somebody writes, records, or has stopped. */
  typing(sender: Device, to: string, state: 'composing' | 'recording' | 'paused'): void {
    const isGroup = parseJid(to)?.server === GROUP_SERVER;
    const readers = isGroup
      ? (this.#directory.groups.find(to)?.members ?? [])
      : [this.#directory.find(to)].filter((account) => account !== undefined);
    const space = isGroup ? 'lid' : addressSpaceOf(to);
    const author = addressIn(sender.account, space);
    for (const reader of readers) {
      if (reader === sender.account || (!isGroup && isBlocked(reader, sender.account))) continue;
      this.#note(reader, sender.account, { state });
      const attributes = isGroup ? { from: to, participant: author } : { from: author };
      this.#send(reader, stanza('chatstate', attributes, [typingStanza(state)]));
    }
  }

  #tell(watcher: Device, subject: Account, address: string): void {
    const { profile } = subject.state;
    if (isBlocked(subject, watcher.account)) return;
    const hidesLast = profile.privacy.get('last') === 'none';
    const hidesOnline = hidesLast && profile.privacy.get('online') === 'match_last_seen';
    const isOnline = this.isOnline(subject) && !hidesOnline;
    const lastSeenAt = hidesLast ? undefined : profile.lastSeenAt;
    const from = addressIn(subject, addressSpaceOf(parseJid(address) ? address : subject.pnJid));
    const last = lastSeenAt === undefined ? 'deny' : Math.floor(lastSeenAt / 1000);
    const seen = isOnline ? {} : { type: 'unavailable', last };
    this.#note(watcher.account, subject, {
      state: isOnline ? 'available' : 'unavailable',
      ...(isOnline || lastSeenAt === undefined ? {} : { lastSeenAt }),
    });
    if (watcher instanceof Companion && this.#isOnlineDevice(watcher))
      watcher.deliver(stanza('presence', { from, ...seen }));
  }

  #send(reader: Account, notice: Stanza): void {
    for (const companion of reader.companions.values())
      if (this.#isOnlineDevice(companion)) companion.deliver(notice);
  }

  #isOnlineDevice(device: Device): boolean {
    return this.#online.get(device.account)?.has(device) ?? false;
  }

  #note(viewer: Account, subject: Account, presence: SeenPresence): void {
    const seen = this.#seen.get(viewer) ?? new Map<Account, SeenPresence>();
    this.#seen.set(viewer, seen);
    seen.set(subject, presence);
    this.#directory.emit('presence', { phone: viewer.phone, from: subject.phone, ...presence });
  }
}

function typingStanza(state: 'composing' | 'recording' | 'paused'): Stanza {
  return state === 'recording' ? stanza('composing', { media: 'audio' }) : stanza(state);
}
