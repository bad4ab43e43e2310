import type { DeviceRecord, Store } from '../store/store.js';
import type { WireOptions } from '../wire/wire.js';
import type { LoginMethod } from './login.js';

/** What is particular to a device when it dials: how it pairs, as long as it has to, and what it has sent. */
export function dialOptions(
  { id: deviceId, account }: DeviceRecord,
  how: LoginMethod | undefined,
  store: Store,
): Pick<WireOptions, 'getSentText' | 'pairingPhone'> {
  return {
    ...(how?.method === 'code' && !account ? { pairingPhone: how.phone } : {}),
    getSentText(id) {
      const content = account && store.forDevice({ deviceId, jid: account.jid }).messages.get(id)?.content;
      return content?.kind === 'text' ? content.text : undefined;
    },
  };
}
