import type { EventLog } from '../events/log.js';
import type { Scope, ScopedStore, Store } from '../store/store.js';
import type { Call } from '../types/call.js';
import { isLid, isPersonJid, type Jid } from '../types/ids.js';
import type { Delivery, Message, Person, UndecryptableMessage } from '../types/message.js';
import type { ReceivedMessage } from '../wire/wire.js';
import { completeContent, openAnswers, storeExtras } from './content.js';

/** What comes in and is remembered. */
export type Received =
  | ({ type: 'message' } & ReceivedMessage)
  | { type: 'undecryptable'; message: UndecryptableMessage }
  | { type: 'call'; call: Call }
  | { type: 'alias_learned'; pn: Jid; lid: Jid }
  | { type: 'identity_changed'; contact: Person; device: number };

/**
 * Stores something received with its event; what is there already changes nothing. Part of the transaction that is running.
 *
 * A person known by number is never filed under their hidden address: one conversation, one chat.
 */
export function store(store: Store, log: EventLog, scope: Scope, received: Received): void {
  const scoped = store.forDevice(scope);
  const { deviceId, jid } = scope;
  switch (received.type) {
    case 'message': {
      for (const payload of storeMessage(scoped, received))
        log.append({ type: 'message', deviceId, jid, payload });
      return;
    }
    case 'undecryptable': {
      const message = addressed(scoped, received.message);
      if (!scoped.messages.putUndecryptable(message)) return;
      log.append({ type: 'message.undecryptable', deviceId, jid, payload: message });
      return;
    }
    case 'call': {
      const caller = known(scoped, received.call.caller);
      const chat = known(scoped, { jid: received.call.chat }).jid;
      log.append({ type: 'call', deviceId, jid, payload: { ...received.call, caller, chat } });
      return;
    }
    case 'alias_learned':
      return join(scoped, { jid: received.pn, lid: received.lid });
    case 'identity_changed': {
      const contact = known(scoped, received.contact);
      const payload = { contact, device: received.device };
      log.append({ type: 'contact.identity_changed', deviceId, jid, payload });
    }
  }
}

/**
 * Stores a message; nothing when it is there already. `past`: it is one of before, of which nobody hears.
 *
 * What comes with it are messages that were told already, and can only be read with this one.
 */
export function storeMessage(
  scoped: ScopedStore,
  { message: received, raw, unseal, open, isMediaWanted }: ReceivedMessage,
  past?: { delivery?: Delivery | undefined },
): Message[] {
  const { messages, chats, outbox } = scoped;
  // The echo of our own send: it was stored when it was queued.
  if (received.isFromMe && outbox.get(received.id)) return [];
  const message = addressed(scoped, received);
  const missing = raw && completeContent(scoped, message, unseal);
  if (!messages.put(message, past?.delivery)) return [];
  if (raw) storeExtras(scoped, message, raw);
  if (missing) scoped.waitingAnswers.put(missing, { id: message.id, isTold: past === undefined });
  if (isMediaWanted) scoped.wantedMedia.put(message.id);
  const isOfOne = message.chat === message.sender.jid;
  const name = message.isFromMe || !isOfOne ? undefined : message.sender.name;
  const chat = { jid: message.chat, lastMessageAt: message.at, ...(name === undefined ? {} : { name }) };
  chats.touch(chat, message.isFromMe ? 'out' : 'in', past !== undefined);
  return open ? [message, ...openAnswers(scoped, message, open)] : [message];
}

/** The message with everybody in it under the address they are known by. */
function addressed<T extends Message | UndecryptableMessage>(scoped: ScopedStore, received: T): T {
  const sender = known(scoped, received.sender);
  const { jid, lid } = sender;
  const isNews = !received.isFromMe && isPersonJid(jid) && scoped.contacts.put(sender);
  if (lid && jid !== lid && (isNews || received.isFromMe)) join(scoped, { jid, lid });
  return { ...received, chat: known(scoped, { jid: received.chat }).jid, sender };
}

export function known({ contacts }: ScopedStore, person: Person): Person {
  if (!isLid(person.jid)) {
    // Mostly both come with the message.
    const lid = person.lid || !isPersonJid(person.jid) ? undefined : contacts.get(person.jid)?.lid;
    return lid ? { ...person, lid } : person;
  }
  const behind = contacts.getByLid(person.jid);
  return behind ? { ...behind, ...person, jid: behind.jid } : person;
}

/** Two addresses turn out to be one person's: what was filed under the hidden one moves to the chat under the number. */
function join(
  { appState, chats, contacts, messages, responses }: ScopedStore,
  { jid, lid }: { jid: Jid; lid: Jid },
): void {
  const hidden = contacts.get(lid);
  if (!hidden && !chats.get(lid)) return;
  const person = { ...hidden, jid, lid, phone: jid.slice(0, jid.indexOf('@')) };
  contacts.put(person);
  contacts.delete(lid);
  messages.move(lid, person);
  chats.move(lid, jid);
  responses.move(lid, jid);
  appState.move(lid, jid);
}
