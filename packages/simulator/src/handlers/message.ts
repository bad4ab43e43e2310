import { LID_SERVER, PN_SERVER, parseJid } from '../stanza/jid.js';
import { secondsNow, stanza } from '../stanza/node.js';
import type { Handler } from './session.js';

/** Groups, broadcasts and channels are not simulated yet. */
function isPerson(address: string | undefined): boolean {
  const server = parseJid(address)?.server;
  return server === PN_SERVER || server === LID_SERVER;
}

/** Takes a message from a client: acks it at once, whatever becomes of it, then carries it to its recipients. */
export const handleMessage: Handler = (message, session) => {
  const { id, to, participant } = message.attrs;
  session.connection.send(stanza('ack', { class: 'message', id, from: to, participant, t: secondsNow() }));
  if (isPerson(to)) session.directory.relay.message(session.companion, message);
  else session.unknown(message);
};
