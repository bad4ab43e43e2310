import type { Account } from '../accounts/account.js';
import { SimulatorError } from '../errors.js';
import {
  GROUP_SERVER,
  LID_SERVER,
  NEWSLETTER_SERVER,
  PN_SERVER,
  parseJid,
  STATUS_JID,
} from '../stanza/jid.js';
import { type Stanza, secondsNow, stanza } from '../stanza/node.js';
import { handlePost } from './newsletter.js';
import type { Handler } from './session.js';

/** Takes a message from a client: acks it at once, then carries it to its recipients, unless it must not go there. */
export const handleMessage: Handler = (message, session) => {
  const { id, to, participant } = message.attrs;
  const server = parseJid(to)?.server;
  if (server === NEWSLETTER_SERVER) return handlePost(message, session);
  const isKnown =
    server === PN_SERVER || server === LID_SERVER || server === GROUP_SERVER || to === STATUS_JID;
  const verdict = server === GROUP_SERVER ? checkGroup(message, session.companion.account) : {};
  const attributes = { class: 'message', id, from: to, participant, t: secondsNow(), ...verdict };
  session.connection.send(stanza('ack', attributes));
  if (!isKnown) session.unknown(message);
  else if (verdict.error === undefined) session.directory.relay.message(session.companion, message);
};

/** Whether a message may go to a group, and whether its sender meant the same devices as the server. */
function checkGroup({ attrs }: Stanza, sender: Account): { error?: number; phash?: string } {
  const group = sender.directory.groups.find(attrs.to ?? '');
  if (!group) return { error: 404 };
  try {
    // Where only admins write, members still react.
    if (attrs.type === 'reaction') group.requireMember(sender);
    else group.requireWriter(sender);
  } catch (error) {
    return { error: error instanceof SimulatorError ? error.httpStatus : 500 };
  }
  if (attrs.phash === undefined) return {};
  const phash = group.participantHash();
  return attrs.phash === phash ? {} : { phash };
}
