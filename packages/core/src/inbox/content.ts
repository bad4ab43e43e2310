import { isDeepStrictEqual } from 'node:util';
import { storeEffect } from '../store/effects.js';
import type { ScopedStore } from '../store/store.js';
import { isLid, type Jid, type MessageId } from '../types/ids.js';
import type { Message } from '../types/message.js';
import type { FindMessage, ReceivedMessage } from '../wire/wire.js';

/** A stored message with the protobuf it was. */
export function findMessage({ messages, rawMessages }: ScopedStore, id: MessageId) {
  const message = messages.get(id);
  if (!message) return undefined;
  const raw = rawMessages.get(id);
  return { message, ...(raw && { raw }) };
}

/** Reads what takes another message to read, and puts everybody who is named under the address they are known by. The id of that message, if it is not there. */
export function completeContent(
  scoped: ScopedStore,
  message: Message,
  unseal: ((find: FindMessage) => Message['content']) | undefined,
): MessageId | undefined {
  let missing: MessageId | undefined;
  if (unseal)
    message.content = unseal((id) => {
      const found = findMessage(scoped, id);
      if (!found) missing = id;
      return found;
    });
  const { content } = message;
  const named = 'target' in content ? content.target : 'quoted' in content ? content.quoted : undefined;
  if (named?.sender && isLid(named.sender)) named.sender = knownJid(scoped, named.sender);
  return missing;
}

/** Keeps what belongs to a message that was just stored: the protobuf it was, and what it says to another one. */
export function storeExtras(scoped: ScopedStore, message: Message, raw: Uint8Array): void {
  scoped.rawMessages.put(message, raw);
  storeEffect(scoped, message, message.sender.jid, message.at);
}

/** Reads what was said to a message before it came: those of it that there was an event for. */
export function openAnswers(
  scoped: ScopedStore,
  { id: target }: Message,
  open: NonNullable<ReceivedMessage['open']>,
): Message[] {
  const opened: Message[] = [];
  for (const { id, isTold } of scoped.waitingAnswers.take(target)) {
    const said = findMessage(scoped, id);
    if (!said) continue;
    const message = { ...said.message };
    completeContent(scoped, message, (find) => open(said, find) ?? message.content);
    if (isDeepStrictEqual(message.content, said.message.content)) continue;
    scoped.messages.putContent(id, message.content);
    storeEffect(scoped, message, message.sender.jid, message.at);
    if (isTold) opened.push(message);
  }
  return opened;
}

const knownJid = ({ contacts }: ScopedStore, lid: Jid): Jid => contacts.getByLid(lid)?.jid ?? lid;
