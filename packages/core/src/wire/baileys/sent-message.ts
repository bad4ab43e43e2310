import type { proto, WAMessageKey, WASocket } from '@whiskeysockets/baileys';
import type { LidRepository } from '../../store/store.js';
import { bareJid, isGroupJid, isLid, type Jid, type MessageId, phoneOf } from '../../types/ids.js';
import type { Person } from '../../types/message.js';
import type { FindMessage } from '../wire.js';
import { sentProtobuf } from './content/send-message.js';
import type { Baileys } from './load.js';

const STATUS_JID = 'status@broadcast';

interface Surroundings {
  own: Person;
  lids: LidRepository;
  baileys: Baileys;
  find: FindMessage;
}

/**
 * What a message of ours said, for a recipient who could not read it; undefined for anybody else.
 *
 * Baileys believes every receipt that asks for a message again. A server could have any message repeated to whom it likes, and
 * read it there.
 */
export function sentMessage(
  { id, remoteJid, participant }: WAMessageKey,
  { own, lids, baileys, find }: Surroundings,
): proto.IMessage | undefined {
  if (!id || !remoteJid) return undefined;
  const chat = formsOf(remoteJid, lids);
  // In a group it may be any member, of a status whoever sees it; elsewhere the partner, or another device of the account.
  const isForMany = isGroupJid(remoteJid) || remoteJid === STATUS_JID;
  const entitled = isForMany ? undefined : [...chat, own.jid, own.lid];
  if (entitled && !entitled.includes(bareJid(participant ?? remoteJid))) return undefined;
  const sent = find(id as MessageId);
  if (!sent?.message.isFromMe || !chat.includes(sent.message.chat)) return undefined;
  return sentProtobuf(baileys, sent);
}

/**
 * Has Baileys ask for every message: the latest ones it would remember by itself, and give to whoever asks.
 *
 * Its caches have arrays of their full length from the beginning, 80 KB of every device: the one of messages stays empty now, and that of
 * keys is of recipients who ask again within 15 minutes.
 */
export function forgetSentMessages({ messageRetryManager }: WASocket): void {
  if (!messageRetryManager) return;
  messageRetryManager.addRecentMessage = () => undefined;
  const caches = messageRetryManager as unknown as Record<'recentMessagesMap' | 'baseKeys', RetryCache>;
  caches.recentMessagesMap = new Map();
  const { ttl, constructor: Cache } = caches.baseKeys as RetryCache & { ttl: number };
  caches.baseKeys = new (Cache as RetryCacheClass)({ max: RETRIES_AT_ONCE, ttl, ttlAutopurge: true });
}

const RETRIES_AT_ONCE = 100;

type RetryCache = Pick<Map<unknown, unknown>, 'get' | 'set' | 'delete' | 'clear'>;
type RetryCacheClass = new (options: { max: number; ttl: number; ttlAutopurge: boolean }) => RetryCache;

/** The chat under both addresses of its partner. */
function formsOf(jid: string, lids: LidRepository): Jid[] {
  const chat = bareJid(jid);
  const phone = phoneOf(chat);
  const pn = isLid(chat) ? lids.getPn(userOf(chat)) : undefined;
  const lid = phone === undefined ? undefined : lids.get(phone);
  const others = [pn && `${pn}@s.whatsapp.net`, lid && `${lid}@lid`];
  return [chat, ...others.flatMap((other) => (other ? [other as Jid] : []))];
}

const userOf = (jid: Jid): string => jid.slice(0, jid.indexOf('@'));
