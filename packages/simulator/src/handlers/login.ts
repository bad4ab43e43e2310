import type { proto } from '@whiskeysockets/baileys/WAProto/index.js';
import { Companion } from '../accounts/device.js';
import type { Directory } from '../accounts/directory.js';
import { bootstrapCompanion } from '../accounts/linking.js';
import { secondsNow, stanza } from '../stanza/node.js';
import type { Connection } from '../wire/connection.js';

/** Any 32 bytes will do: clients only insist on valid base64. */
const COMPANION_ENC_STATIC = Buffer.alloc(32, 1).toString('base64');

/** Finds the device that a login payload names, if it is linked and holds the Noise key it was linked with. */
export function findLogin(
  directory: Directory,
  payload: proto.ClientPayload,
  noiseKey: Buffer,
): Companion | undefined {
  const account = directory.find(String(payload.username ?? ''));
  const device = account?.device(payload.device ?? 0);
  return device instanceof Companion && device.state.noiseKey.equals(noiseKey) ? device : undefined;
}

/** Turns away a client that is not linked (any more): it has to pair again. */
export function refuseLogin(connection: Connection): void {
  connection.end(stanza('failure', { reason: 401, location: 'odn' }));
}

/**
 * Logs a device in: the connection it had before is told that it was replaced, then the client is welcomed.
 *
 * A client that says it is not passive gets its stanzas at once; the others ask for them by `<active/>`.
 */
export function logIn(companion: Companion, connection: Connection, isPassive: boolean): void {
  const replaced = companion.attach(connection);
  replaced?.end(stanza('stream:error', {}, [stanza('conflict', { type: 'replaced' })]));
  connection.on('close', () => companion.detach(connection));
  connection.send(
    stanza('success', {
      t: secondsNow(),
      props: 1,
      companion_enc_static: COMPANION_ENC_STATIC,
      lid: companion.lidJid,
      display_name: companion.account.name,
    }),
  );
  if (!isPassive) welcome(companion);
}

/** The device takes stanzas from now on; on its first login its phone sends what a new device needs. */
export function welcome(companion: Companion): void {
  companion.goLive();
  bootstrapCompanion(companion).catch((error: Error) => {
    companion.account.directory.logger.warn(`The phone could not set up ${companion.jid}: ${error.message}`);
  });
}
