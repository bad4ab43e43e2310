import type { WharfEvent } from '../events/events.js';

/** Which chats are meant, by JID or, as `@g.us`, by what comes after the user. */
export interface ChatFilter {
  chats?: string[];
  ignoredChats?: string[];
}

/** Whether an event passes: it is about a chat that is wanted and not ignored, or about none. */
export function passes({ chats, ignoredChats }: ChatFilter, { chatId }: Pick<WharfEvent, 'chatId'>): boolean {
  if (!chats && !ignoredChats) return true;
  if (chatId === undefined) return true;
  const isListed = (entry: string) => (entry.startsWith('@') ? chatId.endsWith(entry) : chatId === entry);
  return (!chats || chats.some(isListed)) && !ignoredChats?.some(isListed);
}
