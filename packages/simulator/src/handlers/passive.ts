import { welcome } from './login.js';
import type { Handler } from './session.js';

/** `<active/>`: the client is ready for what waited for it. On a connection that is live it changes nothing. */
export const handlePassive: Handler = (iq, session) => {
  session.answer(iq);
  welcome(session.companion);
};
