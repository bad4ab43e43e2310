import type { proto, WAMessageKey, WASocket } from '@whiskeysockets/baileys';
import type { LidRepository } from '../../store/store.js';
import { bareJid, isGroupJid, isLid, type Jid, type MessageId, phoneOf } from '../../types/ids.js';
import type { Person } from '../../types/message.js';
import type { WireOptions } from '../wire.js';

interface Surroundings {
  own: Person;
  lids: LidRepository;
  getSentText: WireOptions['getSentText'];
}

/**
 * What a message of ours said, for a recipient who could not read it; undefined for anybody else.
 *
 * Baileys believes every receipt that asks for a message again. A server could have any message repeated to whom it likes, and
 * read it there.
 */
export function sentMessage(
  { id, remoteJid, participant }: WAMessageKey,
  { own, lids, getSentText }: Surroundings,
): proto.IMessage | undefined {
  if (!id || !remoteJid) return undefined;
  const chat = formsOf(remoteJid, lids);
  // In a group it may be any member; elsewhere the partner, or another device of the account.
  const entitled = isGroupJid(remoteJid) ? undefined : [...chat, own.jid, own.lid];
  if (entitled && !entitled.includes(bareJid(participant ?? remoteJid))) return undefined;
  const text = getSentText(id as MessageId, chat);
  return text === undefined ? undefined : { conversation: text };
}

/** Has Baileys ask for every message: the latest ones it would remember by itself, and give to whoever asks. */
export function forgetSentMessages({ messageRetryManager }: WASocket): void {
  if (messageRetryManager) messageRetryManager.addRecentMessage = () => undefined;
}

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
