import type { WAMessage } from '@whiskeysockets/baileys';
import {
  bareJid,
  isGroupJid,
  isLid,
  isPersonJid,
  type Jid,
  type MessageId,
  phoneOf,
} from '../../types/ids.js';
import type { Message, Person, UndecryptableReason } from '../../types/message.js';
import type { KnownMessage, WireEvent } from '../wire.js';
import { type Reading, readContent } from './content/read-content.js';
import { secretOf } from './content/unseal.js';
import type { Baileys } from './load.js';

/** Whose message it is, in which chat, and when: all but what it says. */
export type Envelope = Omit<Message, 'content' | 'isOffline'>;

/**
 * Reads the envelope of a message of Baileys; undefined for what is none.
 *
 * `own` is the account itself, the sender of what its phone wrote; `pnOf` knows numbers that did not come with the message.
 */
export function readEnvelope(
  raw: WAMessage,
  own: Person,
  pnOf: (lid: string) => string | undefined = () => undefined,
): Envelope | undefined {
  const { id, remoteJid } = raw.key;
  if (!id || !remoteJid) return undefined;
  const isGroup = isGroupJid(remoteJid);
  // A group, the status list, a newsletter: what stands beside their address is about whoever wrote.
  const partner = withNumber(
    readPerson(remoteJid, isPersonJid(remoteJid) ? raw.key.remoteJidAlt : undefined),
    pnOf,
  );
  const isFromMe = raw.key.fromMe === true;
  return {
    id: id as MessageId,
    chat: partner.jid,
    isGroup,
    isFromMe,
    sender: isFromMe ? own : withNumber(readSender(raw, isGroup, partner), pnOf),
    at: Number(raw.messageTimestamp ?? 0) * 1000,
  };
}

/** Somebody whose hidden address alone has come, with the number that is known to belong to it. */
export function withNumber(person: Person, pnOf: (lid: string) => string | undefined): Person {
  const phone = person.jid === person.lid ? pnOf(userOf(person.jid)) : undefined;
  return phone === undefined ? person : { ...person, jid: `${phone}@s.whatsapp.net` as Jid, phone };
}

const userOf = (jid: string): string => jid.slice(0, jid.indexOf('@'));

/** A message as the wire tells of it, but for when it is settled. */
export type Told = Omit<WireEvent & { type: 'message' }, 'settle'>;

/** Reads what a message says; undefined for protocol traffic, and while it cannot be read. */
export function readMessage(
  baileys: Baileys,
  { message }: WAMessage,
  envelope: Envelope,
  isOffline: boolean,
  own: Person,
): Told | undefined {
  const text = message?.conversation;
  // Most messages are this, and nothing is kept of them but what they say. In groups what is said to them may be sealed.
  if (text && !(envelope.isGroup && message.messageContextInfo?.messageSecret))
    return { type: 'message', message: { ...envelope, content: { kind: 'text', text }, isOffline } };
  const reading = message && readContent(baileys, message, { ...envelope, own });
  if (!reading) return undefined;
  const { content, unseal } = reading;
  const isSecret = secretOf(message) !== undefined;
  return {
    type: 'message',
    message: { ...envelope, content, isOffline },
    raw: baileys.proto.Message.encode(message).finish(),
    ...(unseal && { unseal }),
    ...(isSecret && { open: (said, find) => reread(baileys, said, own)?.unseal?.(find) }),
  };
}

/** Reads a stored message once more. */
function reread(baileys: Baileys, { message, raw }: KnownMessage, own: Person): Reading | undefined {
  return raw && readContent(baileys, baileys.proto.Message.decode(raw), { ...message, own });
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
