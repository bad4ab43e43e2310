import type { MessageId } from '../types/ids.js';
import type { ScopedStore } from './store.js';

/** Remembers that messages of others were read or played, by this device or by another one of the account. Own ones are left out. */
export function noteRead(
  { chats, messages }: ScopedStore,
  ids: readonly MessageId[],
  what: 'read' | 'played',
): void {
  for (const id of ids) {
    const message = messages.get(id);
    if (!message || message.isFromMe) continue;
    if (messages.getDelivery(id) === undefined) chats.countRead(message.chat);
    messages.putConfirmed(id, what);
  }
}
