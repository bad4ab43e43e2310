import { childOf, stanza } from '../stanza/node.js';
import type { Handler } from './session.js';

/** Answers group queries as for somebody who is in no group: groups themselves are not simulated yet. */
export const handleGroups: Handler = (iq, session) => {
  if (childOf(iq, 'participating')) session.answer(iq, [stanza('groups')]);
  else if (iq.attrs.type === 'get') session.refuse(iq, 404, 'item-not-found');
  else session.refuse(iq, 501, 'feature-not-implemented');
};
