import type { WharfEvent } from '../events/events.js';
import type { Jid } from '../types/ids.js';

/** Which chat an event is about; undefined for one that is about none. */
export function chatOf({ type, payload }: WharfEvent): Jid | undefined {
  if (type === 'contact.identity_changed') return payload.contact.jid;
  return 'chat' in payload ? payload.chat : undefined;
}

/** Which chats are meant, by JID or, as `@g.us`, by what comes after the user. */
export interface ChatFilter {
  chats?: string[];
  ignoredChats?: string[];
}

/** Whether an event passes: it is about a chat that is wanted and not ignored, or about none. */
export function passes({ chats, ignoredChats }: ChatFilter, event: WharfEvent): boolean {
  if (!chats && !ignoredChats) return true;
  const chat = chatOf(event);
  if (chat === undefined) return true;
  const isListed = (entry: string) => (entry.startsWith('@') ? chat.endsWith(entry) : chat === entry);
  return (!chats || chats.some(isListed)) && !ignoredChats?.some(isListed);
}
