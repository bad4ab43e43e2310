import type { WAMessage } from '@whiskeysockets/baileys';
import { bareJid, isGroupJid, isLid, isPersonJid, type MessageId, phoneOf } from '../../types/ids.js';
import type { Content, Message, Person, UndecryptableReason } from '../../types/message.js';
import type { Baileys } from './load.js';

/** Parts of a message that carry no content of their own. */
const ENVELOPE = new Set(['protocolMessage', 'senderKeyDistributionMessage', 'messageContextInfo']);

/** Whose message it is, in which chat, and when: all but what it says. */
export type Envelope = Omit<Message, 'content' | 'isOffline'>;

/**
 * Reads the envelope of a message of Baileys; undefined for what is none.
 *
 * `own` is the account itself, the sender of what its phone wrote.
 */
export function readEnvelope(raw: WAMessage, own: Person): Envelope | undefined {
  const { id, remoteJid } = raw.key;
  if (!id || !remoteJid) return undefined;
  const isGroup = isGroupJid(remoteJid);
  // A group, the status list, a newsletter: what stands beside their address is about whoever wrote.
  const partner = readPerson(remoteJid, isPersonJid(remoteJid) ? raw.key.remoteJidAlt : undefined);
  const isFromMe = raw.key.fromMe === true;
  return {
    id: id as MessageId,
    chat: partner.jid,
    isGroup,
    isFromMe,
    sender: isFromMe ? own : readSender(raw, isGroup, partner),
    at: Number(raw.messageTimestamp ?? 0) * 1000,
  };
}

/** What a message says; undefined for protocol traffic, and while it cannot be read. */
export function readContent(baileys: Baileys, raw: WAMessage): Content | undefined {
  const message = baileys.normalizeMessageContent(raw.message);
  if (!message) return undefined;
  const text = message.conversation ?? message.extendedTextMessage?.text;
  if (text !== undefined && text !== null && text !== '') return { kind: 'text', text };
  const type = Object.keys(message).find(
    (name) => !ENVELOPE.has(name) && message[name as keyof typeof message] != null,
  );
  return type === undefined ? undefined : { kind: 'unsupported', type };
}

const KEYS_MISSING = /no session|no sender key|pre ?key id|sender key state/i;

/** Why Baileys could not read a message; undefined when it could, or when there was nothing new in it. */
export function readFailure(baileys: Baileys, raw: WAMessage): UndecryptableReason | undefined {
  if (raw.messageStubType !== baileys.proto.WebMessageInfo.StubType.CIPHERTEXT) return undefined;
  const [text = ''] = raw.messageStubParameters ?? [];
  if (text === baileys.NO_MESSAGE_FOUND_ERROR_TEXT) return 'unavailable';
  return KEYS_MISSING.test(text) ? 'keys_missing' : 'unreadable';
}

/** A group and the status list name who wrote; elsewhere it is the partner, or the newsletter itself. */
function readSender(raw: WAMessage, isGroup: boolean, partner: Person): Person {
  const { participant, participantAlt, remoteJidAlt } = raw.key;
  const sender = participant
    ? readPerson(participant, isGroup ? participantAlt : (participantAlt ?? remoteJidAlt))
    : { ...partner };
  if (raw.pushName) sender.name = raw.pushName;
  return sender;
}

/** One person from the two forms of their address, in whatever order they come. */
export function readPerson(jid: string, otherForm?: string | null): Person {
  const forms = [jid, otherForm ?? ''].filter(Boolean).map(bareJid);
  const pn = forms.find((form) => phoneOf(form));
  const lid = forms.find(isLid);
  const person: Person = { jid: pn ?? lid ?? bareJid(jid) };
  if (lid) person.lid = lid;
  const phone = phoneOf(pn);
  if (phone) person.phone = phone;
  return person;
}
