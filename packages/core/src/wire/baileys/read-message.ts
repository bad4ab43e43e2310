import type { WAMessage, WAMessageKey } from '@whiskeysockets/baileys';
import { bareJid, isGroupJid, isLid, type MessageId, phoneOf } from '../../types/ids.js';
import type { Content, Message, Person } from '../../types/message.js';
import type { Baileys } from './load.js';

/** Parts of a message that carry no content of their own. */
const ENVELOPE = new Set(['protocolMessage', 'senderKeyDistributionMessage', 'messageContextInfo']);

/**
 * Turns a message of Baileys into ours; undefined for what is none (protocol traffic, a message not readable yet).
 *
 * `own` is the account itself, the sender of what its phone wrote.
 */
export function readMessage(
  baileys: Baileys,
  raw: WAMessage,
  options: { own: Person; isOffline: boolean },
): Message | undefined {
  const { id, remoteJid } = raw.key;
  const content = readContent(baileys, raw);
  if (!id || !remoteJid || !content) return undefined;
  const partner = readPerson(remoteJid, raw.key.remoteJidAlt);
  const isGroup = isGroupJid(remoteJid);
  const isFromMe = raw.key.fromMe === true;
  return {
    id: id as MessageId,
    chat: isGroup ? bareJid(remoteJid) : partner.jid,
    isGroup,
    isFromMe,
    sender: isFromMe ? options.own : readSender(raw, isGroup, partner),
    content,
    at: Number(raw.messageTimestamp ?? 0) * 1000,
    isOffline: options.isOffline,
  };
}

function readContent(baileys: Baileys, raw: WAMessage): Content | undefined {
  const message = baileys.normalizeMessageContent(raw.message);
  if (!message) return undefined;
  const text = message.conversation ?? message.extendedTextMessage?.text;
  if (text !== undefined && text !== null && text !== '') return { kind: 'text', text };
  const type = Object.keys(message).find(
    (name) => !ENVELOPE.has(name) && message[name as keyof typeof message] != null,
  );
  return type === undefined ? undefined : { kind: 'unsupported', type };
}

function readSender(raw: WAMessage, isGroup: boolean, partner: Person): Person {
  const key: WAMessageKey = raw.key;
  const sender =
    isGroup && key.participant ? readPerson(key.participant, key.participantAlt) : { ...partner };
  if (raw.pushName) sender.name = raw.pushName;
  return sender;
}

/** One person from the two forms of their address, in whatever order they come. */
function readPerson(jid: string, otherForm?: string | null): Person {
  const forms = [jid, otherForm ?? ''].filter(Boolean).map(bareJid);
  const pn = forms.find((form) => phoneOf(form));
  const lid = forms.find(isLid);
  const person: Person = { jid: pn ?? lid ?? bareJid(jid) };
  if (lid) person.lid = lid;
  const phone = phoneOf(pn);
  if (phone) person.phone = phone;
  return person;
}
