import type { SessionStore } from '../../store/store.js';
import { readRecord, writeRecord } from './session-record.js';

/**
 * Encrypts nothing more with keys that may have been used already: those of a session that came out of a backup.
 *
 * What others have still under way in the old sessions can be read. Every next message begins a new session, and a new key in
 * each group.
 *
 * @param users our own account, as in Signal addresses
 * @returns how many sessions were retired
 */
export function renewSession(
  { signal, set, settleRestored, transaction }: SessionStore,
  users: string[],
): number {
  const { sessions, senderKeys } = signal;
  let retired = 0;
  transaction(() => {
    for (const address of sessions.getIds()) {
      const { current, previous } = readRecord(sessions.get(address) ?? new Uint8Array());
      if (!current) continue;
      sessions.put(address, writeRecord({ previous: [current, ...previous] }));
      retired += 1;
    }
    for (const id of senderKeys.getIds()) {
      const [group = '', author = ''] = id.split('::');
      if (!users.includes(author)) continue;
      senderKeys.delete(id);
      // Who was given the old key.
      set([{ type: 'sender-key-memory', id: group, value: undefined }]);
    }
    settleRestored();
  });
  return retired;
}
