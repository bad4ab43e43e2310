import { isGroupJid, type Jid } from '../types/ids.js';

/** What kind of chat a JID is. */
export type ChatKind = 'people' | 'groups' | 'channels' | 'status';

export function kindOf(chat: Jid): ChatKind {
  if (isGroupJid(chat)) return 'groups';
  if (chat.endsWith('@newsletter')) return 'channels';
  return chat === 'status@broadcast' ? 'status' : 'people';
}
