import { SimulatorError } from '../errors.js';
import { GROUP_COMMANDS } from '../groups/commands.js';
import { GROUP_QUERIES } from '../groups/queries.js';
import { childrenOf, stanza } from '../stanza/node.js';
import type { Handler } from './session.js';

/** What the codes are called on the wire. */
const TEXTS: Record<number, string> = {
  400: 'bad-request',
  401: 'not-authorized',
  403: 'forbidden',
  404: 'item-not-found',
  406: 'not-acceptable',
  409: 'conflict',
  410: 'gone',
  429: 'rate-overlimit',
};

/** Answers what is asked and wanted of groups; the child of the query says what that is. */
export const handleGroups: Handler = (iq, session) => {
  const table = iq.attrs.type === 'get' ? GROUP_QUERIES : GROUP_COMMANDS;
  const request = childrenOf(iq).find(({ tag }) => table[tag]);
  const answer = request && table[request.tag];
  if (!request || !answer) return session.unknown(iq);
  const { directory, companion } = session;
  try {
    const content = answer({ directory, companion, to: iq.attrs.to ?? '', request });
    const attributes = { from: iq.attrs.to ?? '@g.us', type: 'result', id: iq.attrs.id };
    session.connection.send(stanza('iq', attributes, content));
  } catch (error) {
    if (!(error instanceof SimulatorError)) throw error;
    session.refuse(iq, error.httpStatus, TEXTS[error.httpStatus] ?? 'internal-server-error');
  }
};
