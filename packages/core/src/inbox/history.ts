import type { ScopedStore } from '../store/store.js';
import { isLid } from '../types/ids.js';
import type { Message } from '../types/message.js';
import type { HistoryPart } from '../wire/history.js';
import { known, storeMessage } from './ingest.js';

/**
 * Stores a part of what was before the device was linked: how many messages of it were new. Part of the transaction that is running.
 *
 * Nobody is told of single messages: what happened long ago must not start a flow. What is known already stays as it is.
 * `onOpened`: a new message, told already, can be read with one of these.
 */
export function storeHistory(
  scoped: ScopedStore,
  { chats, people, messages }: HistoryPart,
  onOpened: (message: Message) => void = () => undefined,
): number {
  for (const person of people) {
    const { name: _, ...address } = known(scoped, person);
    const { name = person.name } = scoped.contacts.get(address.jid) ?? {};
    scoped.contacts.put({ ...address, ...(name === undefined ? {} : { name }) });
  }
  for (const { marks, unreadCount, ...chat } of chats) {
    const { jid } = known(scoped, { jid: chat.jid });
    scoped.chats.touch({ ...chat, jid });
    if (marks) scoped.appState.putMarks(jid, marks);
    if (unreadCount !== undefined) scoped.chats.putUnread(jid, unreadCount);
  }
  let stored = 0;
  for (const { delivery, responses = [], ...received } of messages) {
    const [message, ...opened] = storeMessage(scoped, received, { delivery });
    opened.forEach(onOpened);
    if (message) stored += 1;
    else if (delivery) scoped.messages.putDelivery(received.message.id, delivery);
    for (const { sender, content, at } of responses) {
      const person = known(scoped, sender);
      // So that they are found by number once it is known.
      if (isLid(person.jid)) scoped.contacts.put(person);
      scoped.responses.put(person.jid, content, at);
    }
  }
  return stored;
}
