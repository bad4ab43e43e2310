import { childOf, stanza } from '../stanza/node.js';
import type { Handler } from './session.js';

const CATEGORIES = [
  'readreceipts',
  'profile',
  'status',
  'online',
  'last',
  'groupadd',
  'calladd',
  'messages',
  'defense',
];

/** Answers privacy queries: everything is visible to everybody, and tokens handed out are taken note of. */
export const handlePrivacy: Handler = (iq, session) => {
  if (childOf(iq, 'tokens')) session.answer(iq, [stanza('tokens')]);
  else if (iq.attrs.type === 'set') session.answer(iq);
  else {
    const categories = CATEGORIES.map((name) => stanza('category', { name, value: 'all' }));
    session.answer(iq, [stanza('privacy', {}, categories)]);
  }
};
