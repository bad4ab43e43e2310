import { stanza } from '../stanza/node.js';
import type { Handler } from './session.js';

/** The server's feature switches: none. */
export const handleProps: Handler = (iq, session) =>
  session.answer(iq, [stanza('props', { protocol: 1, hash: 'wharf', refresh: 86_400, refresh_id: 1 })]);

/** Keep-alive: any answer will do. */
export const handlePing: Handler = (iq, session) => session.answer(iq);

/** Accepts what needs no more than an empty result. */
export const handleQuietly: Handler = (iq, session) => session.answer(iq);
