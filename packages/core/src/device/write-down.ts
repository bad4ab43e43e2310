import type { EventLog } from '../events/log.js';
import type { DeviceRecord, Store } from '../store/store.js';
import type { Account, DeviceState } from '../types/device.js';
import { logLabel } from './state.js';

/**
 * Stores a device that has changed its state, together with the event that says so, if the log is to hear of it.
 *
 * @param account whose device it was up to now: a logout is still about the account it ends
 */
export function writeDown(
  { store, log }: { store: Store; log: EventLog },
  record: DeviceRecord,
  previous: DeviceState,
  account: Account | undefined,
): void {
  const { id: deviceId, state } = record;
  store.transaction(() => {
    store.devices.put(record);
    if (logLabel(state) === logLabel(previous)) return;
    const jid = account ? { jid: account.jid } : {};
    log.append({ type: 'device.state', deviceId, ...jid, payload: { state, previous } });
  });
}
