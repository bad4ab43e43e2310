import { randomBytes } from 'node:crypto';
import type { Account } from '../accounts/account.js';
import type { Companion } from '../accounts/device.js';
import { type Stanza, secondsNow, stanza } from '../stanza/node.js';

/** Tells the linked devices of everybody who chats with an account, and its own, that its profile changed. */
export function announceProfile(account: Account, type: 'picture' | 'status', change: Stanza): void {
  const partners = account.state.messages.flatMap(({ chat }) => account.directory.find(chat) ?? []);
  for (const person of new Set([account, ...partners]))
    for (const companion of person.companions.values()) notify(companion, account.pnJid, type, change);
}

/** Tells the other devices of an account that one of them changed a setting of the account. */
export function announceSetting(account: Account, change: Stanza, by?: Companion): void {
  for (const companion of account.companions.values())
    if (companion !== by) notify(companion, account.pnJid, 'account_sync', change);
}

function notify(companion: Companion, from: string, type: string, change: Stanza): void {
  const id = randomBytes(8).toString('hex');
  companion.deliver(stanza('notification', { from, type, id, t: secondsNow() }, [change]));
}
