import { type Message, parseRecipient } from '@wharf/core';

/** Reads a list of chats or people as the editor saves it; each is a phone number or a JID. Undefined: one is neither. */
export function readAddresses(list: string[]): Set<string> | undefined {
  const addresses = list
    .map((text) => text.trim())
    .filter(Boolean)
    .map(parseRecipient);
  return addresses.every((address) => address !== undefined) ? new Set(addresses) : undefined;
}

/** True when a message is of one of these chats; a partner may be named by number or by the hidden JID (LID). */
export function isInChat({ chat, isGroup, isFromMe, sender }: Message, chats: Set<string>): boolean {
  if (chats.has(chat)) return true;
  return !isGroup && !isFromMe && sender.lid !== undefined && chats.has(sender.lid);
}

/** True when one of these people wrote a message, or it is of a group that is named here. */
export function isFrom(message: Message, people: Set<string>): boolean {
  const { jid, lid, phone } = message.sender;
  const names = [jid, lid, phone === undefined ? undefined : `${phone}@s.whatsapp.net`];
  return names.some((name) => name !== undefined && people.has(name)) || isInChat(message, people);
}
