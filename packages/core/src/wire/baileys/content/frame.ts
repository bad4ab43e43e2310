import type { proto } from '@whiskeysockets/baileys';
import type { MessageRef } from '../../../types/content-parts.js';
import { bareJid, type MessageId } from '../../../types/ids.js';
import type { Message, Person } from '../../../types/message.js';

/** Around what a message says: whose it is, and where. */
export interface Frame extends Pick<Message, 'id' | 'chat' | 'isGroup' | 'isFromMe' | 'sender'> {
  /** The account itself. */
  own: Person;
}

export const isSame = (person: Person, jid: string): boolean => jid === person.jid || jid === person.lid;

/**
 * Reads which message another one is about; undefined when it names none.
 *
 * The key is in the words of whoever wrote: what is "from me" there is theirs. Baileys has turned some round already (`isOurs`).
 */
export function readRef(
  key: proto.IMessageKey | null | undefined,
  frame: Frame,
  isOurs = frame.isFromMe,
): MessageRef | undefined {
  if (!key?.id) return undefined;
  const id = key.id as MessageId;
  const participant = key.participant ? bareJid(key.participant) : undefined;
  const { own, sender, chat, isGroup } = frame;
  const ofOwn: MessageRef = { id, isFromMe: true, sender: own.jid };
  const ofSender: MessageRef = { id, isFromMe: frame.isFromMe, sender: sender.jid };
  if (isOurs ? key.fromMe : participant && isSame(own, participant)) return ofOwn;
  if (!isOurs && key.fromMe) return ofSender;
  if (participant)
    return isSame(sender, participant) ? ofSender : { id, isFromMe: false, sender: participant };
  // Between two, it is the other one's.
  if (isGroup) return { id };
  return isOurs ? { id, isFromMe: false, sender: chat } : ofOwn;
}
