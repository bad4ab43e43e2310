import type { EventLog } from '../events/log.js';
import type { Scope, Store } from '../store/store.js';
import { isLid, type Jid } from '../types/ids.js';
import type { Message, Person } from '../types/message.js';

/**
 * Stores a received message with its event in one transaction; a message that is there already changes nothing.
 *
 * A person known by number is never filed under their hidden address: one conversation, one chat.
 */
export function ingest(store: Store, log: EventLog, scope: Scope, received: Message): void {
  const { messages, chats, contacts, outbox } = store.forDevice(scope);
  // The echo of our own send: it was stored when it was queued.
  if (received.isFromMe && outbox.get(received.id)) return;

  store.transaction(() => {
    const knownJid = (jid: Jid): Jid => (isLid(jid) ? (contacts.getByLid(jid)?.jid ?? jid) : jid);
    const known = (person: Person): Person =>
      isLid(person.jid) ? { ...contacts.getByLid(person.jid), ...person, jid: knownJid(person.jid) } : person;
    const message: Message = {
      ...received,
      chat: knownJid(received.chat),
      sender: known(received.sender),
    };
    if (!messages.put(message)) return;
    if (!message.isFromMe) contacts.put(message.sender);
    const name = message.isGroup || message.isFromMe ? undefined : message.sender.name;
    const heardAt = message.isFromMe ? undefined : message.at;
    chats.touch(
      { jid: message.chat, lastMessageAt: message.at, ...(name === undefined ? {} : { name }) },
      heardAt,
    );
    log.append({ type: 'message', deviceId: scope.deviceId, jid: scope.jid, payload: message });
  });
}
