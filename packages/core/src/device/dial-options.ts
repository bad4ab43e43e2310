import type { EventLog } from '../events/log.js';
import { findMessage } from '../inbox/content.js';
import type { DeviceRecord, Store } from '../store/store.js';
import type { DeviceSettings } from '../types/settings.js';
import type { WireOptions } from '../wire/wire.js';
import { historySink } from './history-sink.js';
import type { LoginMethod } from './login.js';

/** What is particular to a device when it dials: how it pairs, as long as it has to, and what is stored of its messages. */
export function dialOptions(
  { id: deviceId, account }: DeviceRecord,
  how: LoginMethod | undefined,
  { store, log }: { store: Store; log: EventLog },
  settings: () => DeviceSettings,
): Pick<WireOptions, 'find' | 'keepRaw' | 'pairingPhone' | 'history'> {
  const scoped = () => (account ? store.forDevice({ deviceId, jid: account.jid }) : undefined);
  return {
    history: historySink({ store, log }, account && { deviceId, jid: account.jid }, () => settings().history),
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
