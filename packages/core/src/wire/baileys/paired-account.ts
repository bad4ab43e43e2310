import type { AuthenticationCreds } from '@whiskeysockets/baileys';
import type { Account } from '../../types/device.js';
import { bareJid, phoneOf } from '../../types/ids.js';
import type { PairedAccount } from '../wire.js';

/** The account of credentials; undefined before pairing. */
export function pairedAccount(creds: AuthenticationCreds): PairedAccount | undefined {
  if (!creds.me?.id || !creds.account) return undefined;
  const jid = bareJid(creds.me.id);
  const account: Account = { jid, phone: phoneOf(jid) ?? '' };
  if (creds.me.lid) account.lid = bareJid(creds.me.lid);
  if (creds.me.name) account.pushName = creds.me.name;
  return { account };
}
