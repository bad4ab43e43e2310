import type { WASocket } from '@whiskeysockets/baileys';
import { bounds } from '../../bounds.js';
import { WharfError } from '../../errors/errors.js';
import { withDeadline } from '../../util/deadline.js';

/**
 * Asks for a code to type on the phone; one that the server has accepted.
 *
 * Baileys gives a code without knowing whether the server wants it; one that it refused would never work.
 *
 * @throws WharfError LOGIN_REFUSED, LOGIN_TIMED_OUT
 */
export async function requestPairingCode(socket: WASocket, phone: string): Promise<string> {
  const asked = Promise.all([socket.requestPairingCode(phone), answerToHello(socket)]);
  const [code] = await withDeadline(asked, bounds.queryMs, () => {
    throw new WharfError('LOGIN_TIMED_OUT');
  });
  return code;
}

/** Settles with the server's answer to `companion_hello`, the first step of pairing by code. */
function answerToHello({ ws }: WASocket): Promise<void> {
  return new Promise((resolve, reject) => {
    ws.once('CB:iq,type:result,link_code_companion_reg', () => resolve());
    ws.once('CB:iq,type:error', () => reject(new WharfError('LOGIN_REFUSED')));
  });
}
