import { bounds } from '../bounds.js';
import { WharfError } from '../errors/errors.js';
import type { EventLog } from '../events/log.js';
import { storeHistory } from '../inbox/history.js';
import { openDownload } from '../media/download.js';
import type { Scope, Store } from '../store/store.js';
import type { HistorySettings } from '../types/history-settings.js';
import type { MessageId } from '../types/ids.js';
import { bareJid } from '../types/ids.js';
import type { Message } from '../types/message.js';
import type { HistorySink } from '../wire/history.js';
import type { MediaWire } from '../wire/media.js';

/** More than a phone ever hands over in one chunk. */
const MAX_BYTES = 2 * 1024 ** 3;

/** Where a device keeps what was before; undefined before it has an account. */
export function historySink(
  { store, log }: { store: Store; log: EventLog },
  scope: Scope | undefined,
  settings: () => HistorySettings,
): HistorySink {
  const demand = (): Scope => {
    if (!scope) throw new WharfError('DEVICE_LOGGED_OUT');
    return scope;
  };
  return {
    get settings() {
      return settings();
    },
    fetch(reference, media, signal) {
      const message = { id: '' as MessageId, chat: bareJid(''), isFromMe: true };
      const bounded = AbortSignal.any([signal, AbortSignal.timeout(bounds.mediaTransferMs)]);
      return openDownload({ reference, type: 'history', message }, onceOnly(media), {
        maxBytes: MAX_BYTES,
        signal: bounded,
      });
    },
    store(part) {
      const account = demand();
      const tell = (payload: Message) => log.append({ type: 'message', ...account, payload });
      return store.transaction(() => storeHistory(store.forDevice(account), part, tell));
    },
    tell(payload) {
      log.append({ type: 'history.progress', ...demand(), payload });
    },
  };
}

/** A phone uploads media again, but no history. */
function onceOnly(media: MediaWire): MediaWire {
  return {
    hosts: (isAnew) => media.hosts(isAnew),
    async requestUpload() {
      throw new WharfError('MEDIA_EXPIRED');
    },
  };
}
