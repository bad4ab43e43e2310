import { Companion } from '../accounts/device.js';
import { unlinkCompanion } from '../accounts/linking.js';
import { childOf } from '../stanza/node.js';
import type { Handler } from './session.js';

/** `remove-companion-device`: a client logs out, itself or another device of the same account. */
export const handleDevices: Handler = (iq, session) => {
  const removal = childOf(iq, 'remove-companion-device');
  if (!removal) return session.unknown(iq);
  const device = session.directory.findDevice(removal.attrs.jid ?? '');
  session.answer(iq);
  if (device instanceof Companion && device.account === session.companion.account) unlinkCompanion(device);
};
