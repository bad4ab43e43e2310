import { randomBytes } from 'node:crypto';
import { SERVER_JID } from '../stanza/jid.js';
import { type Stanza, secondsNow, stanza } from '../stanza/node.js';

/**
 * What the server sends instead of pair-success for an account that links devices only with its passkey.
 *
 * That it is this notification, with WebAuthn options for whatsapp.com in it, is known from clients (Baileys issue
 * 2672, whatsmeow); that the pairing simply stands still until the passkey is used, too. The exact options are a
 * plausible invention, and the ceremony itself (`passkey_prologue`, `crsc_continuation`) is not simulated.
 */
export function passkeyRequest(id: string): Stanza {
  const options = {
    challenge: randomBytes(32).toString('base64url'),
    rpId: 'whatsapp.com',
    allowCredentials: [],
    timeout: 60_000,
    userVerification: 'required',
  };
  return stanza('notification', { from: SERVER_JID, type: 'passkey_prologue_request', id, t: secondsNow() }, [
    stanza('passkey_request_options', {}, Buffer.from(JSON.stringify(options))),
  ]);
}
