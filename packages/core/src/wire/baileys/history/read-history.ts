import type { proto } from '@whiskeysockets/baileys';
import type { ChatMarks } from '../../../types/app-state.js';
import { bareJid, isPersonJid, type Jid } from '../../../types/ids.js';
import type { Person } from '../../../types/message.js';
import type { HistoryPart } from '../../history.js';
import { countIn, msIn } from '../content/values.js';
import { readPerson, withNumber } from '../read-message.js';
import { type Reader, readPast } from './read-past.js';
import { splitHistory } from './split-history.js';

/** Stored at once, some 10 ms; as much of the past is in memory. */
const PART_MESSAGES = 100;
const PART_BYTES = 1024 ** 2;

const PUSH_NAMES = 7;
const MAPPINGS = 15;

interface Reading extends Reader {
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
  { since, isFirst, onChat, onAlias, ...reader }: Reading,
): AsyncGenerator<HistoryPart> {
  const { HistorySyncMsg, Conversation, Pushname, PhoneNumberToLIDMapping } = reader.baileys.proto;
  let part: HistoryPart = { chats: [], people: [], messages: [] };
  let size = 0;
  const personAt = (jid: string, other?: string) => withNumber(readPerson(jid, other), reader.pnOf);
  const isFull = () => part.messages.length + part.people.length >= PART_MESSAGES || size >= PART_BYTES;
  try {
    for await (const { field, bytes: held } of splitHistory(bytes)) {
      size += held.length;
      if (field === 'message') {
        const message = legible(() => readPast(reader, HistorySyncMsg.decode(held).message));
        if (message && message.message.at >= since) part.messages.push(message);
      } else if (field === 'chat') {
        // Comes after its messages; most chats have no more of them than a part, and are filed under the number from the first.
        const chat = legible(() => Conversation.decode(held));
        if (!chat) continue;
        await onChat(chat);
        addChat(part, chat, personAt(chat.id, otherAddress(chat)), isFirst);
      } else if (field === PUSH_NAMES) {
        const { id, pushname } = legible(() => Pushname.decode(held)) ?? {};
        if (id && pushname && isPersonJid(bareJid(id))) part.people.push({ ...personAt(id), name: pushname });
      } else if (field === MAPPINGS) {
        const { pnJid, lidJid } = legible(() => PhoneNumberToLIDMapping.decode(held)) ?? {};
        if (!pnJid || !lidJid) continue;
        await onAlias(pnJid, lidJid);
        // Whoever stands in this part under the hidden address is filed under the number, too.
        part.people.push(readPerson(pnJid, lidJid));
      }
      if (!isFull()) continue;
      yield part;
      part = { chats: [], people: [], messages: [] };
      size = 0;
    }
  } catch (error) {
    // What has come before it broke off is kept.
    yield part;
    throw error;
  }
  yield part;
}

/** One piece that makes no sense does not cost the others. */
function legible<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function addChat(part: HistoryPart, chat: proto.Conversation, person: Person, isFirst: boolean): void {
  const isOfOne = isPersonJid(bareJid(chat.id));
  const jid: Jid = isOfOne ? person.jid : bareJid(chat.id);
  const name = chat.name || chat.displayName;
  part.chats.push({
    jid,
    lastMessageAt: Number(chat.conversationTimestamp ?? chat.lastMsgTimestamp ?? 0) * 1_000,
    ...(name ? { name } : {}),
    ...(isFirst ? { marks: readMarks(chat), unreadCount: countIn(chat.unreadCount) ?? 0 } : {}),
  });
  if (isOfOne && person.lid && person.jid !== person.lid) part.people.push(person);
}

/** The other address of the person a chat is with. */
export function otherAddress({ id, pnJid, lidJid }: proto.Conversation): string | undefined {
  return [pnJid, lidJid].find((jid) => jid && jid !== id) ?? undefined;
}

function readMarks(chat: proto.Conversation): ChatMarks {
  const { archived, pinned, muteEndTime, markedAsUnread, ephemeralExpiration } = chat;
  const mutedUntil = Number(muteEndTime ?? 0);
  return {
    isArchived: archived === true,
    isPinned: Boolean(pinned),
    mutedUntil: mutedUntil === 0 ? null : mutedUntil,
    isMarkedUnread: markedAsUnread === true,
    ephemeralMs: msIn(ephemeralExpiration) ?? 0,
  };
}
