import type { proto, WAMessage } from '@whiskeysockets/baileys';
import type { ChatMarks } from '../../../types/app-state.js';
import { bareJid, isPersonJid, type Jid } from '../../../types/ids.js';
import type { Person } from '../../../types/message.js';
import type { HistoryPart, PastMessage } from '../../history.js';
import type { Baileys } from '../load.js';
import { readDelivery } from '../read-delivery.js';
import { readEnvelope, readMessage, readPerson } from '../read-message.js';
import { splitHistory } from './split-history.js';

/** Stored at once, some 10 ms; as much of the past is in memory. */
const PART_MESSAGES = 100;
const PART_BYTES = 1024 ** 2;

const PUSH_NAMES = 7;
const MAPPINGS = 15;

interface Reading {
  baileys: Baileys;
  own: Person;
  /** What is older is left out. Epoch milliseconds. */
  since: number;
  /** Nothing newer can be known of the chats. */
  isFirst: boolean;
  /** What a chat has besides: two addresses of one person, and the token that lets us write to them. */
  onChat(chat: proto.Conversation): Promise<void>;
  onAlias(pn: string, lid: string): Promise<void>;
}

/** Reads a history as it comes, a part after the other, in bounded memory. @throws WharfError HISTORY_UNREADABLE */
export async function* readHistory(
  bytes: AsyncIterable<Uint8Array>,
  { baileys, own, since, isFirst, onChat, onAlias }: Reading,
): AsyncGenerator<HistoryPart> {
  const { HistorySyncMsg, Conversation, Pushname, PhoneNumberToLIDMapping } = baileys.proto;
  let part: HistoryPart = { chats: [], people: [], messages: [] };
  let size = 0;
  const isFull = () => part.messages.length + part.people.length >= PART_MESSAGES || size >= PART_BYTES;
  for await (const piece of splitHistory(bytes)) {
    size += piece.bytes.length;
    if (piece.field === 'message') {
      const message = readPast(baileys, HistorySyncMsg.decode(piece.bytes).message, own);
      if (message && message.message.at >= since) part.messages.push(message);
    } else if (piece.field === 'chat') {
      // Comes after its messages; most chats have no more of them than a part, and are filed under the number from the first.
      const chat = Conversation.decode(piece.bytes);
      await onChat(chat);
      addChat(part, chat, isFirst);
    } else if (piece.field === PUSH_NAMES) {
      const { id, pushname } = Pushname.decode(piece.bytes);
      if (id && pushname && isPersonJid(bareJid(id))) part.people.push({ ...readPerson(id), name: pushname });
    } else if (piece.field === MAPPINGS) {
      const { pnJid, lidJid } = PhoneNumberToLIDMapping.decode(piece.bytes);
      if (pnJid && lidJid) await onAlias(pnJid, lidJid);
    }
    if (!isFull()) continue;
    yield part;
    part = { chats: [], people: [], messages: [] };
    size = 0;
  }
  yield part;
}

/** A message of the past; undefined for what is none, and for what cannot be read. */
function readPast(
  baileys: Baileys,
  info: proto.IWebMessageInfo | null | undefined,
  own: Person,
): PastMessage | undefined {
  if (!info?.key) return undefined;
  const participant = info.key.participant ?? info.participant;
  const raw = { ...info, key: { ...info.key, ...(participant ? { participant } : {}) } } as WAMessage;
  const envelope = readEnvelope(raw, own);
  const told = envelope && readMessage(baileys, raw, envelope, false, own);
  if (!told) return undefined;
  const { type: _, ...received } = told;
  const delivery = readDelivery(raw.key, info.status)?.delivery;
  return { ...received, ...(delivery ? { delivery } : {}) };
}

function addChat(part: HistoryPart, chat: proto.Conversation, isFirst: boolean): void {
  const isOfOne = isPersonJid(bareJid(chat.id));
  const person = isOfOne ? readPerson(chat.id, otherAddress(chat)) : undefined;
  const jid: Jid = person?.jid ?? bareJid(chat.id);
  const name = chat.name || chat.displayName;
  part.chats.push({
    jid,
    lastMessageAt: Number(chat.conversationTimestamp ?? chat.lastMsgTimestamp ?? 0) * 1_000,
    ...(name ? { name } : {}),
    ...(isFirst ? { marks: readMarks(chat) } : {}),
  });
  if (person?.lid && person.jid !== person.lid) part.people.push(person);
}

/** The other address of the person a chat is with. */
export function otherAddress({ id, pnJid, lidJid }: proto.Conversation): string | undefined {
  return [pnJid, lidJid].find((jid) => jid && jid !== id) ?? undefined;
}

function readMarks({ archived, pinned, muteEndTime, markedAsUnread }: proto.Conversation): ChatMarks {
  const mutedUntil = Number(muteEndTime ?? 0);
  return {
    isArchived: archived === true,
    isPinned: Boolean(pinned),
    mutedUntil: mutedUntil === 0 ? null : mutedUntil,
    isMarkedUnread: markedAsUnread === true,
  };
}
