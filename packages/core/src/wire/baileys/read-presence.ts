import type { BinaryNode, WASocket } from '@whiskeysockets/baileys';
import type { LidRepository } from '../../store/store.js';
import { bareJid, isLid } from '../../types/ids.js';
import type { Presence, PresenceState } from '../../types/presence.js';
import { readPerson } from './read-message.js';

/** Reads presences from the stanzas: in Baileys' own event, who has paused looks like who has come online. */
export function listenToPresence(
  { ws }: Pick<WASocket, 'ws'>,
  lids: Pick<LidRepository, 'getPn'>,
  emit: (presence: Presence) => void,
): void {
  const take = (node: BinaryNode) => {
    const presence = readPresence(node, lids);
    if (presence) emit(presence);
  };
  ws.on('CB:presence', take);
  ws.on('CB:chatstate', take);
}

/** Undefined for a stanza that says nothing of anybody. */
export function readPresence(
  { tag, attrs, content }: BinaryNode,
  lids: Pick<LidRepository, 'getPn'>,
): Presence | undefined {
  const { from, participant = from } = attrs;
  if (!from || !participant) return undefined;
  const state = tag === 'presence' ? readState(attrs.type) : readChatState(content);
  if (!state) return undefined;
  const bare = bareJid(participant);
  const pn = isLid(bare) ? lids.getPn(bare.slice(0, bare.indexOf('@'))) : undefined;
  const contact = readPerson(bare, pn === undefined ? undefined : `${pn}@s.whatsapp.net`);
  const seconds = state === 'unavailable' ? Number(attrs.last) : Number.NaN;
  return {
    chat: participant === from ? contact.jid : bareJid(from),
    contact,
    state,
    ...(Number.isFinite(seconds) && seconds > 0 ? { lastSeenAt: seconds * 1000 } : {}),
  };
}

const readState = (type: string | undefined): PresenceState =>
  type === 'unavailable' ? 'unavailable' : 'available';

function readChatState(content: BinaryNode['content']): PresenceState | undefined {
  const [child] = Array.isArray(content) ? content : [];
  if (child?.tag === 'composing') return child.attrs.media === 'audio' ? 'recording' : 'composing';
  return child?.tag === 'paused' ? 'paused' : undefined;
}
