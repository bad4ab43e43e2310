import { childOf, childrenOf, stanza } from '../stanza/node.js';
import type { Handler } from './session.js';

/**
 * Answers app-state syncs as a server without any patches: every collection is as new as the client says.
 *
 * Patches that a client uploads are accepted and not kept.
 */
export const handleAppState: Handler = (iq, session) => {
  const collections = childrenOf(childOf(iq, 'sync'), 'collection').map(({ attrs }) =>
    stanza('collection', { name: attrs.name, version: attrs.version ?? '0', type: 'result' }),
  );
  session.answer(iq, [stanza('sync', {}, collections)]);
};
