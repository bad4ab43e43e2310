import type { ScopedStore } from '../store/store.js';
import type { HistoryPart } from '../wire/history.js';
import { known, storeMessage } from './ingest.js';

/**
 * Stores a part of what was before the device was linked: how many messages of it were new. Part of the transaction that is running.
 *
 * Nobody is told of single messages: what happened long ago must not start a flow. What is known already stays as it is.
 */
export function storeHistory(scoped: ScopedStore, { chats, people, messages }: HistoryPart): number {
  for (const person of people) {
    const { name: _, ...address } = known(scoped, person);
    const { name = person.name } = scoped.contacts.get(address.jid) ?? {};
    scoped.contacts.put({ ...address, ...(name === undefined ? {} : { name }) });
  }
  for (const { marks, ...chat } of chats) {
    const { jid } = known(scoped, { jid: chat.jid });
    scoped.chats.touch({ ...chat, jid });
    if (marks) scoped.appState.putMarks(jid, marks);
  }
  let stored = 0;
  for (const { delivery, ...received } of messages) {
    if (storeMessage(scoped, received, delivery)) stored += 1;
    else if (delivery) scoped.messages.putDelivery(received.message.id, delivery);
  }
  return stored;
}
