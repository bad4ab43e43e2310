import { findMessage } from '../inbox/content.js';
import type { DeviceRecord, Store } from '../store/store.js';
import type { WireOptions } from '../wire/wire.js';
import type { LoginMethod } from './login.js';

/** What is particular to a device when it dials: how it pairs, as long as it has to, and what is stored of its messages. */
export function dialOptions(
  { id: deviceId, account }: DeviceRecord,
  how: LoginMethod | undefined,
  store: Store,
): Pick<WireOptions, 'find' | 'keepRaw' | 'pairingPhone'> {
  const scoped = () => (account ? store.forDevice({ deviceId, jid: account.jid }) : undefined);
  return {
    ...(how?.method === 'code' && !account ? { pairingPhone: how.phone } : {}),
    find(id) {
      const of = scoped();
      return of && findMessage(of, id);
    },
    keepRaw({ messageId: id, chat }, raw) {
      scoped()?.rawMessages.put({ id, chat }, raw);
    },
  };
}
