import { createHash, randomBytes } from 'node:crypto';
import { proto } from '@whiskeysockets/baileys/WAProto/index.js';
import { sign } from '../crypto/curve.js';
import { type Stanza, secondsNow, stanza } from '../stanza/node.js';
import type { Account } from './account.js';
import { Companion } from './device.js';

const KEY_INDEX_PREFIX = Buffer.of(6, 2);

/** An account's devices as the children of `<devices>`, with the key-index list signed by its phone. */
export function deviceListStanzas(account: Account): Stanza[] {
  const devices = account.devices.map(({ id }) =>
    stanza('device', { id, 'key-index': id === 0 ? undefined : id }),
  );
  return [stanza('device-list', { hash: deviceHash(account) }, devices), keyIndexList(account)];
}

/**
 * Tells everybody who knows an account's device list, and its own other devices, that it changed.
 *
 * Without this notice clients go on using the list they have for minutes, and a new device gets nothing.
 */
export function announceDevice(change: 'add' | 'remove', companion: Companion): void {
  const { account } = companion;
  // Clients cache device lists under the user part they asked for: one notice for the PN, one for the LID.
  const notices = () => [
    notice(
      change,
      companion,
      { from: account.pnJid, lid: account.lidJid },
      { jid: companion.jid, lid: companion.lidJid },
    ),
    notice(change, companion, { from: account.lidJid }, { jid: companion.lidJid }),
  ];
  for (const watcher of new Set([...account.companions.values(), ...watchersOf(account)]))
    if (watcher !== companion) for (const stanza of notices()) watcher.deliver(stanza);
}

/** The devices that were told the list; those that are unlinked meanwhile are forgotten. */
function watchersOf(account: Account): Companion[] {
  return [...account.state.watchers].flatMap((address) => {
    const [lid = '', id = ''] = address.split('_');
    const watcher = account.directory.find(`${lid}@lid`)?.device(Number(id));
    if (!watcher) account.state.watchers.delete(address);
    return watcher instanceof Companion ? [watcher] : [];
  });
}

function notice(
  change: 'add' | 'remove',
  { account, id }: Companion,
  from: Record<string, string>,
  device: Record<string, string>,
): Stanza {
  const changed = stanza('device', { ...device, 'key-index': id });
  return stanza(
    'notification',
    { ...from, type: 'devices', id: randomBytes(8).toString('hex'), t: secondsNow() },
    [stanza(change, { device_hash: deviceHash(account) }, [changed, keyIndexList(account)])],
  );
}

/** The list that each phone has signed last, and what it was of: a signature takes longer than all the rest of an answer. */
const signedLists = new WeakMap<Account, { of: string; list: Stanza }>();

function keyIndexList(account: Account): Stanza {
  const indexes = account.devices.map(({ id }) => id);
  const { identity } = account.phoneDevice.signal;
  const of = [account.state.rawId, Buffer.from(identity.public).toString('base64'), ...indexes].join();
  const known = signedLists.get(account);
  if (known?.of === of) return known.list;
  const list = signKeyIndexList(account, indexes);
  signedLists.set(account, { of, list });
  return list;
}

function signKeyIndexList({ state, phoneDevice }: Account, indexes: number[]): Stanza {
  const timestamp = secondsNow();
  const details = proto.ADVKeyIndexList.encode({
    rawId: state.rawId,
    timestamp,
    currentIndex: Math.max(...indexes),
    validIndexes: indexes,
    accountType: proto.ADVEncryptionType.E2EE,
  }).finish();
  const { identity } = phoneDevice.signal;
  const signed = proto.ADVSignedKeyIndexList.encode({
    details,
    accountSignature: sign(identity.private, Buffer.concat([KEY_INDEX_PREFIX, details])),
    accountSignatureKey: identity.public,
  }).finish();
  return stanza('key-index-list', { ts: timestamp }, signed);
}

function deviceHash(account: Account): string {
  const ids = account.devices.map(({ id }) => id).join();
  return `2:${createHash('sha256').update(`${account.lid}:${ids}`).digest('base64').slice(0, 8)}`;
}
