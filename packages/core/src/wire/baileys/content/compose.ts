import { randomBytes } from 'node:crypto';
import type { proto } from '@whiskeysockets/baileys';
import type { Quoted } from '../../../types/content-parts.js';
import type { Jid } from '../../../types/ids.js';
import type { OutgoingContent } from '../../../types/outgoing.js';
import type { FindMessage } from '../../wire.js';
import type { Baileys } from '../load.js';
import { composeAbout } from './compose-about.js';
import { composeMedia } from './compose-media.js';
import { unwrap } from './unwrap.js';
import { defined } from './values.js';

/** What composing must know of the chat that a message is for. */
export interface ComposeContext {
  baileys: Baileys;
  chat: Jid;
  find: FindMessage;
  /** A person's address as this chat writes it. */
  addressOf(jid: Jid): string;
  /** Our own address as this chat writes it. */
  own: string;
  /** Epoch milliseconds. */
  now: number;
}

type Standing = Exclude<OutgoingContent, { target: unknown }>;

/** Kinds that are not reported, and so carry no secret. */
const WITHOUT_SECRET = new Set<OutgoingContent['kind']>(['reaction', 'poll_vote', 'event_response']);

/** Writes a content as the protobuf that clients exchange. */
export function compose(content: OutgoingContent, context: ComposeContext): proto.IMessage {
  const bare =
    'target' in content ? composeAbout(content, context) : annotated(composeBare(content), content, context);
  const message =
    'isViewOnce' in content && content.isViewOnce ? { viewOnceMessage: { message: bare } } : bare;
  const album = 'album' in content ? content.album : undefined;
  const info = defined({
    ...bare.messageContextInfo,
    messageSecret: WITHOUT_SECRET.has(content.kind) ? undefined : randomBytes(32),
    messageAssociation: album && {
      associationType: context.baileys.proto.MessageAssociation.AssociationType.MEDIA_ALBUM,
      parentMessageKey: { id: album.id, remoteJid: context.chat, fromMe: album.isFromMe ?? true },
    },
  });
  return Object.keys(info).length > 0 ? { ...message, messageContextInfo: info } : message;
}

/** True for a text that carries nothing else: all of it can be written again from what it says. */
export function isPlainText(content: OutgoingContent): boolean {
  if (content.kind !== 'text') return false;
  const { kind: _kind, text: _text, ...others } = content;
  return Object.values(others).every((value) => value === undefined);
}

function composeBare(content: Standing): proto.IMessage {
  switch (content.kind) {
    case 'text':
      return isPlainText(content)
        ? { conversation: content.text }
        : { extendedTextMessage: extendedText(content) };
    case 'location': {
      const { latitude, longitude, name, address, url } = content;
      const place = { degreesLatitude: latitude, degreesLongitude: longitude };
      return { locationMessage: { ...place, ...defined({ name, address, url }) } };
    }
    case 'contacts': {
      const contacts = content.contacts.map((contact) => ({
        displayName: contact.name,
        vcard: contact.vcard ?? vcardOf(contact),
      }));
      const [only] = contacts;
      return contacts.length === 1 && only
        ? { contactMessage: only }
        : { contactsArrayMessage: { displayName: `${contacts.length} contacts`, contacts } };
    }
    case 'poll': {
      const poll = {
        name: content.name,
        options: content.options.map((optionName) => ({ optionName })),
        selectableOptionsCount: content.selectableCount,
      };
      return content.selectableCount === 1 ? { pollCreationMessageV3: poll } : { pollCreationMessage: poll };
    }
    case 'event':
      return { eventMessage: composeEvent(content) };
    case 'group_invite':
      return {
        groupInviteMessage: defined({
          groupJid: content.group,
          groupName: content.groupName,
          inviteCode: content.code,
          inviteExpiration: content.expiresAt && Math.floor(content.expiresAt / 1_000),
          caption: content.text,
        }),
      };
    default:
      return composeMedia(content);
  }
}

function extendedText({ text, preview }: OutgoingContent & { kind: 'text' }) {
  return defined({
    text,
    matchedText: preview?.url,
    title: preview?.title,
    description: preview?.description,
    jpegThumbnail: preview?.thumbnail === undefined ? undefined : Buffer.from(preview.thumbnail, 'base64'),
  });
}

function composeEvent(event: OutgoingContent & { kind: 'event' }): proto.Message.IEventMessage {
  const { name, description, startAt, endAt, location, joinLink } = event;
  return defined({
    name,
    description,
    startTime: Math.floor(startAt / 1_000),
    endTime: endAt && Math.floor(endAt / 1_000),
    location:
      location &&
      defined({
        name: location.name,
        address: location.address,
        degreesLatitude: location.latitude,
        degreesLongitude: location.longitude,
      }),
    joinLink,
    isCanceled: event.isCancelled ?? false,
  });
}

/** A card that phones can save. Line breaks would begin another field. */
function vcardOf({ name, phones }: { name: string; phones: string[] }): string {
  const clean = (value: string) => value.replace(/[\r\n]+/g, ' ').replace(/[\\;,]/g, '\\$&');
  const numbers = phones.map(
    (phone) => `TEL;type=CELL;waid=${phone.replace(/\D/g, '')}:${phone.replace(/[\r\n]+/g, ' ')}`,
  );
  return [
    'BEGIN:VCARD',
    'VERSION:3.0',
    `N:;${clean(name)};;;`,
    `FN:${clean(name)}`,
    ...numbers,
    'END:VCARD',
  ].join('\n');
}

/** Adds what any message may carry. */
function annotated(message: proto.IMessage, content: Standing, context: ComposeContext): proto.IMessage {
  const { quoted, mentions, mentionsEveryone, isForwarded, ephemeralMs } = content;
  const info: proto.IContextInfo = defined({
    ...(quoted && composeQuoted(quoted, context)),
    mentionedJid: mentions?.length ? [...mentions] : undefined,
    nonJidMentions: mentionsEveryone ? 1 : undefined,
    ...(isForwarded && { isForwarded: true, forwardingScore: 1 }),
    expiration: ephemeralMs ? Math.ceil(ephemeralMs / 1_000) : undefined,
  });
  if (Object.keys(info).length === 0) return message;
  const [body] = Object.values(unwrap(message).message) as object[];
  Object.assign(body ?? {}, { contextInfo: info });
  return message;
}

function composeQuoted(quoted: Quoted, { baileys, chat, find, addressOf, own }: ComposeContext) {
  const known = find(quoted.id);
  const where = quoted.chat ?? chat;
  // A text that was edited is shown as it is now.
  const isRewritten = known?.message.editedAt !== undefined && known.message.content.kind === 'text';
  const raw = known?.message.chat === where && !isRewritten ? known.raw : undefined;
  return defined({
    stanzaId: quoted.id,
    participant: quoted.isFromMe ? own : quoted.sender && addressOf(quoted.sender),
    quotedMessage: raw ? excerpt(baileys.proto.Message.decode(raw)) : { conversation: quoted.text ?? '' },
    remoteJid: where === chat ? undefined : where,
  });
}

/** A message as it is shown above its answer: without what it quotes itself. */
function excerpt(raw: proto.IMessage): proto.IMessage {
  const { message } = unwrap(raw);
  const { messageContextInfo: _, senderKeyDistributionMessage: __, ...shown } = message;
  for (const body of Object.values(shown) as unknown[]) {
    if (typeof body === 'object' && body !== null && 'contextInfo' in body) body.contextInfo = null;
  }
  return shown;
}
