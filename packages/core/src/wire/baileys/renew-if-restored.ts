import type { AuthenticationCreds } from '@whiskeysockets/baileys';
import { addressName, splitUserJid } from '../signal/address.js';
import { renewSession } from '../signal/renew.js';
import type { WireOptions } from '../wire.js';
import { pairedAccount } from './paired-account.js';

/**
 * Renews the keys of a session that is an older copy, before anything is encrypted: with them, others have seen it used.
 *
 * @returns how many Signal sessions begin anew; undefined when it is no copy
 */
export function renewIfRestored(
  { session, logger }: Pick<WireOptions, 'session' | 'logger'>,
  creds: AuthenticationCreds,
): number | undefined {
  const { account } = pairedAccount(creds) ?? {};
  if (!session.isRestored || !account) return undefined;
  const users = [account.jid, account.lid].flatMap((jid) => splitUserJid(jid ?? '') ?? []).map(addressName);
  const retired = renewSession(session, users);
  logger.warn('The session was restored from an older copy. Its keys are renewed.');
  return retired;
}
