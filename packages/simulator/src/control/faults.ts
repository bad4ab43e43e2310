import type { DeviceLink } from '../accounts/device.js';
import { SERVER_JID } from '../stanza/jid.js';
import { type Stanza, stanza } from '../stanza/node.js';

/** Codes that a server gives as a `<failure>`: the account or the client is refused. */
const FAILURES = new Set([402, 403, 405, 406]);

/** Ends a connection so that its client sees the given code: see `Simulator.closeConnection`. */
export function closeWith(link: DeviceLink, code: number | 'reset'): void {
  if (code === 'reset') link.terminate();
  else link.end(lastWordsFor(code));
}

function lastWordsFor(code: number): Stanza | undefined {
  if (code === 428) return undefined;
  if (code === 401) return stanza('stream:error', { code }, [stanza('conflict', { type: 'device_removed' })]);
  if (code === 440) return stanza('stream:error', {}, [stanza('conflict', { type: 'replaced' })]);
  if (code === 411) return stanza('ib', { from: SERVER_JID }, [stanza('downgrade_webclient')]);
  if (FAILURES.has(code)) return stanza('failure', { reason: code, location: 'odn' });
  return stanza('stream:error', { code });
}
