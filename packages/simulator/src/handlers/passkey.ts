import { randomBytes } from 'node:crypto';
import { SERVER_JID } from '../stanza/jid.js';
import { type Stanza, secondsNow, stanza } from '../stanza/node.js';

/**
 * What the server sends instead of pair-success for an account that links devices only with its passkey.
 *
 * The notification, its options for WebAuthn (JSON, ten minutes) and that the pairing stands still until a passkey is used
 * are known from clients (Baileys issue 2672 and pull request 2689, whatsmeow pull request 1186). What a client that can use
 * one sends next is not taken: see docs/simulator.md.
 */
export function passkeyRequest(id: string): Stanza {
  const options = {
    challenge: randomBytes(32).toString('base64url'),
    rpId: 'whatsapp.com',
    allowCredentials: [],
    timeout: 600_000,
    userVerification: 'required',
    extensions: { uvm: true },
  };
  return stanza('notification', { from: SERVER_JID, type: 'passkey_prologue_request', id, t: secondsNow() }, [
    stanza('passkey_request_options', {}, Buffer.from(JSON.stringify(options))),
  ]);
}
