import type { BinaryNode, WASocket } from '@whiskeysockets/baileys';
import { bareJid, type MessageId } from '../../types/ids.js';
import type { Person } from '../../types/message.js';
import { isSame } from './content/frame.js';

/** With the account's privacy settings as they are, the others are told as well, or only the account's own devices. */
const READ = new Set(['read', 'read-self', 'played', 'played-self']);

/** Hears which messages another device of the account has read: Baileys tells of it only where no group is concerned. */
export function listenToReads(
  { ws }: WASocket,
  own: () => Person,
  onRead: (messageIds: MessageId[]) => void,
): void {
  ws.on('CB:receipt', ({ attrs, content }: BinaryNode) => {
    if (!READ.has(attrs.type ?? '')) return;
    if (!isSame(own(), bareJid(attrs.participant ?? attrs.from ?? ''))) return;
    const [list] = Array.isArray(content) ? content : [];
    const items = Array.isArray(list?.content) ? list.content : [];
    const ids = [attrs.id, ...items.map((item) => item.attrs.id)].filter((id) => id !== undefined);
    onRead(ids as MessageId[]);
  });
}
