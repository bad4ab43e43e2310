import type { Store } from '../store/store.js';
import type { DeviceId } from '../types/ids.js';

/**
 * The store as one thread of several sees it: it knows its own devices alone, is woken by the main thread in place of a file watch,
 * and says when it has written to the log.
 */
export function sharedStore(
  store: Store,
  isOurs: (id: DeviceId) => boolean,
  onWritten: (devices: DeviceId[]) => void,
): { store: Store; look(): void } {
  let look: () => void = () => undefined;
  let isWritten = false;
  const withSends = new Set<DeviceId>();
  const tell = (): void => {
    isWritten = false;
    const devices = [...withSends];
    withSends.clear();
    onWritten(devices);
  };
  return {
    look: () => look(),
    store: {
      ...store,
      devices: {
        ...store.devices,
        getAll: () => store.devices.getAll().filter(({ id }) => isOurs(id)),
      },
      events: {
        ...store.events,
        append(event, at) {
          if (event.type === 'message.delivery') withSends.add(event.deviceId);
          // Transactions are synchronous: this one has been committed by then.
          if (!isWritten) queueMicrotask(tell);
          isWritten = true;
          return store.events.append(event, at);
        },
      },
      watch(_clock, listener) {
        look = listener;
        return () => {
          look = () => undefined;
        };
      },
    },
  };
}
