import type { AuthenticationCreds, WASocket } from '@whiskeysockets/baileys';
import { bounds } from '../../../bounds.js';
import { WharfError } from '../../../errors/errors.js';
import { withDeadline } from '../../../util/deadline.js';

/** Makes a change that all devices of the account share, once the phone has given this one the key for it. */
export async function changeAppState(socket: WASocket, change: () => Promise<unknown>): Promise<void> {
  await keyOf(socket);
  await change();
}

/** The phone hands the key out a moment after the login; for a device that was just linked that is worth waiting for. */
async function keyOf({ authState, ev }: WASocket): Promise<void> {
  if (authState.creds.myAppStateKeyId) return;
  let listener: ((update: Partial<AuthenticationCreds>) => void) | undefined;
  const shared = new Promise<void>((resolve) => {
    listener = ({ myAppStateKeyId }) => myAppStateKeyId && resolve();
    ev.on('creds.update', listener);
  });
  try {
    await withDeadline(shared, bounds.appStateKeyMs, () => {
      throw new WharfError('APP_STATE_KEY_MISSING');
    });
  } finally {
    if (listener) ev.off('creds.update', listener);
  }
}
