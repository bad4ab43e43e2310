import { storeEffect } from '../store/effects.js';
import type { ScopedStore } from '../store/store.js';
import { isLid, type Jid, type MessageId } from '../types/ids.js';
import type { Message } from '../types/message.js';
import type { FindMessage } from '../wire/wire.js';

/** A stored message with the protobuf it was. */
export function findMessage({ messages, rawMessages }: ScopedStore, id: MessageId) {
  const message = messages.get(id);
  if (!message) return undefined;
  const raw = rawMessages.get(id);
  return { message, ...(raw && { raw }) };
}

/** Reads what takes another message to read, and puts everybody who is named under the address they are known by. */
export function completeContent(
  scoped: ScopedStore,
  message: Message,
  unseal: ((find: FindMessage) => Message['content']) | undefined,
): void {
  if (unseal) message.content = unseal((id) => findMessage(scoped, id));
  const { content } = message;
  const named = 'target' in content ? content.target : 'quoted' in content ? content.quoted : undefined;
  if (named?.sender && isLid(named.sender)) named.sender = knownJid(scoped, named.sender);
}

/** Keeps what belongs to a message that was just stored: the protobuf it was, and what it says to another one. */
export function storeExtras(scoped: ScopedStore, message: Message, raw: Uint8Array): void {
  scoped.rawMessages.put(message, raw);
  storeEffect(scoped, message, message.sender.jid, message.at);
}

const knownJid = ({ contacts }: ScopedStore, lid: Jid): Jid => contacts.getByLid(lid)?.jid ?? lid;
