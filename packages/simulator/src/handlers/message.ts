import { secondsNow, stanza } from '../stanza/node.js';
import type { Handler } from './session.js';

/** Takes a message from a client: acks it at once, whatever becomes of it, then carries it to its recipients. */
export const handleMessage: Handler = (message, session) => {
  const { id, to, participant } = message.attrs;
  session.connection.send(stanza('ack', { class: 'message', id, from: to, participant, t: secondsNow() }));
  session.directory.relay.message(session.companion, message);
};
