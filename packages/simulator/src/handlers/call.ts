import { randomBytes } from 'node:crypto';
import { childOf, childrenOf, stanza } from '../stanza/node.js';
import type { Handler } from './session.js';

/** `<call>`: a client rejects, accepts or ends a call, or wants a link for one. */
export const handleCall: Handler = (call, session) => {
  const { id, to } = call.attrs;
  const [action] = childrenOf(call);
  const link = childOf(call, 'link_create');
  const token = link && [
    stanza('link_create', { ...link.attrs, token: randomBytes(12).toString('base64url') }),
  ];
  session.connection.send(stanza('ack', { class: 'call', id, from: to, type: action?.tag }, token));
  if (action && !link) session.directory.calls.receive(session.companion, action);
};
