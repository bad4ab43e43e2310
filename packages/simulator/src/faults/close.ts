import type { DeviceLink } from '../accounts/device.js';
import { SERVER_JID } from '../stanza/jid.js';
import { type Stanza, stanza } from '../stanza/node.js';

/** What a client shall see when its connection is broken: a status code, or a network that is gone. */
export type CloseCode = number | 'reset';

/** Codes that a server gives as a `<failure>`: the account or the client is refused. */
const FAILURES = new Set([402, 403, 405, 406, 409]);
const TEMPORARILY_BANNED = 402;
/** "You sent too many messages to people who do not have you in their address books." */
const BAN_REASON = 101;
const BAN_SECONDS = 3_600;

/** Ends a connection so that its client sees the given code: see `Simulator.closeConnection`. */
export function closeWith(link: DeviceLink, code: CloseCode): void {
  if (code === 'reset') link.terminate();
  else link.end(lastWordsFor(code));
}

/** The `<failure>` with which a login, or a client as such, is refused; a ban says how long it lasts. */
export function failure(reason: number, expireSeconds = BAN_SECONDS): Stanza {
  const ban = reason === TEMPORARILY_BANNED ? { code: BAN_REASON, expire: expireSeconds } : {};
  return stanza('failure', { reason, location: 'odn', ...ban });
}

function lastWordsFor(code: number): Stanza | undefined {
  if (code === 428) return undefined;
  if (code === 401) return stanza('stream:error', { code }, [stanza('conflict', { type: 'device_removed' })]);
  if (code === 440) return stanza('stream:error', {}, [stanza('conflict', { type: 'replaced' })]);
  if (code === 411) return stanza('ib', { from: SERVER_JID }, [stanza('downgrade_webclient')]);
  if (FAILURES.has(code)) return failure(code);
  return stanza('stream:error', { code });
}
