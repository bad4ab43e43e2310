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
    getSentText(id, chat) {
      const sent = account && store.forDevice({ deviceId, jid: account.jid }).messages.get(id);
      if (!sent?.isFromMe || !chat.includes(sent.chat)) return undefined;
      return sent.content.kind === 'text' ? sent.content.text : undefined;
    },
  };
}
