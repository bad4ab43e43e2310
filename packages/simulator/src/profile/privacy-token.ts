import { randomBytes } from 'node:crypto';
import type { Account } from '../accounts/account.js';
import { type Stanza, secondsNow, stanza } from '../stanza/node.js';
import { isBlocked } from './visibility.js';

const TOKEN_BYTES = 16;
/** A token is good for some weeks, so a phone gives a new one once in a while to whom it writes. */
const RENEWED_AFTER_SECONDS = 7 * 86_400;

/**
 * Gives somebody a token that says "I know you": the server makes it, and the linked devices of that person get it.
 *
 * Clients show it when they write to, or look at the picture of, the one who gave it. WhatsApp refuses strangers who
 * have none when it thinks that they write to too many (463); here nobody is refused, unless a fault says so.
 */
export function issueToken(issuer: Account, to: Account, t = secondsNow()): void {
  issuer.state.tokensIssued.set(to.lid, t);
  issuer.changed();
  if (isBlocked(to, issuer)) return;
  const token = randomBytes(TOKEN_BYTES);
  for (const companion of to.companions.values()) {
    const given = stanza('token', { type: 'trusted_contact', jid: companion.jid, t }, token);
    companion.deliver(notification(issuer, given));
  }
}

/** What a phone does that has written to somebody: its devices need not, and clients do it by themselves. */
export function issueTokenInTime(issuer: Account, to: Account): void {
  const last = issuer.state.tokensIssued.get(to.lid) ?? 0;
  if (issuer !== to && secondsNow() - last >= RENEWED_AFTER_SECONDS) issueToken(issuer, to);
}

function notification(issuer: Account, token: Stanza): Stanza {
  const attributes = {
    from: issuer.pnJid,
    sender_lid: issuer.lidJid,
    type: 'privacy_token',
    id: randomBytes(8).toString('hex'),
    t: secondsNow(),
  };
  return stanza('notification', attributes, [stanza('tokens', {}, [token])]);
}
