import { type DeviceHost, phoneOf } from '@wharf/core';
import type { ChatAnswer } from './admin-answers.js';

/** How many a picker offers at once. */
const MOST = 20;

/** The chats and contacts whose name, number or JID has all these words, the latest chats first. */
export async function searchChats(host: DeviceHost, deviceId: string, search: string): Promise<ChatAnswer[]> {
  const [chats, contacts] = await Promise.all([
    host.act('chat.list', { deviceId, limit: 1000 }),
    host.act('contact.list', { deviceId }),
  ]);
  const names = new Map<string, string>();
  for (const { jid, name } of chats) names.set(jid, name ?? '');
  for (const { jid, savedName, name } of contacts) names.set(jid, savedName || names.get(jid) || name || '');
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return [...names]
    .map(([jid, name]) => ({ jid, name: name || (phoneOf(jid) ? `+${phoneOf(jid)}` : jid) }))
    .filter(({ jid, name }) =>
      words.every((word) => `${name} ${jid}`.toLowerCase().includes(word.replace(/^\+/, ''))),
    )
    .slice(0, MOST);
}
