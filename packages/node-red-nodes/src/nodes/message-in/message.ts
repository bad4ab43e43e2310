import { type EventOf, type Message, parseRecipient } from '@wharf/core';
import type { NodeMessage } from 'node-red';

/** Which messages a node lets through. */
export interface MessageFilter {
  chats: 'both' | 'direct' | 'group';
  kinds: 'all' | 'text';
  includeOwn: boolean;
  /** A phone number or JID; blank for every chat. */
  chat: string;
}

/** True when a message passes; the chat of a filter may be written as number, JID or hidden JID (LID). */
export function passes(message: Message, filter: MessageFilter): boolean {
  if (message.isFromMe && !filter.includeOwn) return false;
  if (filter.chats !== 'both' && message.isGroup !== (filter.chats === 'group')) return false;
  if (filter.kinds === 'text' && message.content.kind !== 'text') return false;
  if (!filter.chat) return true;
  const chat = parseRecipient(filter.chat);
  const isHiddenPartner = !message.isGroup && !message.isFromMe && message.sender.lid === chat;
  return message.chat === chat || isHiddenPartner;
}

/**
 * The Node-RED message of a WhatsApp message, made so that the same object wired to a send node is an answer.
 *
 * `payload` is the text, or null for a kind that is not supported yet; `topic` is the chat.
 */
export function toNodeMessage(event: EventOf<'message'>): NodeMessage {
  const message = event.payload;
  return {
    payload: message.content.kind === 'text' ? message.content.text : null,
    topic: message.chat,
    whatsapp: { device: event.deviceId, chat: message.chat, message, eventId: event.id },
  };
}
