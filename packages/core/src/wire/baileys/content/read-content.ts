import type { proto } from '@whiskeysockets/baileys';
import { type Content, textOf } from '../../../types/content.js';
import type { Quoted } from '../../../types/content-parts.js';
import { bareJid, type Jid, type MessageId } from '../../../types/ids.js';
import type { FindMessage } from '../../wire.js';
import type { Baileys } from '../load.js';
import { type Frame, isSame, readRef } from './frame.js';
import {
  readButtonResponse,
  readButtons,
  readFlowResponse,
  readInteractive,
  readList,
  readListResponse,
  readTemplate,
  readTemplateReply,
} from './read-buttons.js';
import { readAudio, readDocument, readImage, readSticker, readVideo, readVideoNote } from './read-media.js';
import {
  readAlbum,
  readCall,
  readContact,
  readContacts,
  readEvent,
  readGroupInvite,
  readLiveLocation,
  readLocation,
  readOrder,
  readPoll,
  readProduct,
  readText,
} from './read-plain.js';
import type { Sealed } from './sealed.js';
import {
  type Edited,
  unsealComment,
  unsealEdit,
  unsealEventResponse,
  unsealReaction,
  unsealVote,
} from './unseal.js';
import { unwrap } from './unwrap.js';
import { defined, msIn } from './values.js';

/** What a message says, and where that takes another message to read: `unseal` says it then. */
export interface Reading {
  content: Content;
  unseal?: (find: FindMessage) => Content;
}

type Readers = {
  [K in keyof proto.IMessage]?: (body: NonNullable<proto.IMessage[K]>) => Content | undefined;
};

/** What stands by itself, by the name of its field. */
const readers: Readers = {
  conversation: (text) => ({ kind: 'text', text }),
  extendedTextMessage: readText,
  imageMessage: readImage,
  videoMessage: readVideo,
  ptvMessage: readVideoNote,
  audioMessage: readAudio,
  documentMessage: readDocument,
  stickerMessage: readSticker,
  albumMessage: readAlbum,
  locationMessage: readLocation,
  liveLocationMessage: readLiveLocation,
  contactMessage: readContact,
  contactsArrayMessage: readContacts,
  pollCreationMessage: readPoll,
  pollCreationMessageV2: readPoll,
  pollCreationMessageV3: readPoll,
  pollCreationMessageV5: readPoll,
  eventMessage: readEvent,
  groupInviteMessage: readGroupInvite,
  productMessage: readProduct,
  orderMessage: readOrder,
  callLogMesssage: readCall,
  buttonsMessage: readButtons,
  templateMessage: readTemplate,
  interactiveMessage: readInteractive,
  listMessage: readList,
  buttonsResponseMessage: readButtonResponse,
  templateButtonReplyMessage: readTemplateReply,
  listResponseMessage: readListResponse,
  interactiveResponseMessage: readFlowResponse,
};

/** Parts of a message that carry no content of their own. */
const ENVELOPE = new Set<string>(['senderKeyDistributionMessage', 'messageContextInfo']);

/** What a message says; undefined for protocol traffic and for nothing at all. Bodies that make no sense are `unsupported`. */
export function readContent(baileys: Baileys, wrapped: proto.IMessage, frame: Frame): Reading | undefined {
  const { message, isViewOnce, contextInfo } = unwrap(wrapped);
  const name = nameOf(message);
  if (name === undefined) return undefined;
  if (name === 'protocolMessage') return readProtocol(baileys, message.protocolMessage ?? {}, frame);
  const about = readAbout(baileys, message, frame, contextInfo);
  if (about) return about;
  const body = message[name];
  const content = readBody(name, body) ?? { kind: 'unsupported', type: name };
  const isOnce = isViewOnce || (body as { viewOnce?: boolean | null }).viewOnce === true;
  const album = contextInfo?.messageAssociation?.parentMessageKey;
  return {
    content: {
      ...content,
      ...readAnnotations((body as { contextInfo?: proto.IContextInfo | null }).contextInfo, frame),
      ...defined({ isViewOnce: isOnce || undefined, album: album ? readRef(album, frame) : undefined }),
    } as Content,
  };
}

/** The field that carries what a message says. */
function nameOf(message: proto.IMessage): keyof proto.IMessage | undefined {
  const names = Object.keys(message) as Array<keyof proto.IMessage>;
  return names.find((name) => !ENVELOPE.has(name) && message[name] != null && message[name] !== '');
}

function readBody(name: keyof proto.IMessage, body: unknown): Content | undefined {
  return (readers[name] as ((body: unknown) => Content | undefined) | undefined)?.(body);
}

/** What is said to another message, or changes it. */
function readAbout(
  baileys: Baileys,
  message: proto.IMessage,
  frame: Frame,
  contextInfo: proto.IMessageContextInfo | undefined,
): Reading | undefined {
  const { reactionMessage, pollUpdateMessage, encEventResponseMessage, pinInChatMessage, keepInChatMessage } =
    message;
  const { encReactionMessage, encCommentMessage, commentMessage, secretEncryptedMessage } = message;
  if (reactionMessage) {
    const target = readRef(reactionMessage.key, frame, true);
    return target && { content: { kind: 'reaction', target, emoji: reactionMessage.text ?? '' } };
  }
  if (pollUpdateMessage) {
    const target = readRef(pollUpdateMessage.pollCreationMessageKey, frame, true);
    const sealed = sealedIn(pollUpdateMessage.vote);
    if (!target || !sealed) return undefined;
    return { content: { kind: 'poll_vote', target }, unseal: unsealVote(baileys, target, sealed, frame) };
  }
  if (encEventResponseMessage) {
    const target = readRef(encEventResponseMessage.eventCreationMessageKey, frame);
    const sealed = sealedIn(encEventResponseMessage);
    if (!target || !sealed) return undefined;
    const unseal = unsealEventResponse(baileys, target, sealed, frame);
    return { content: { kind: 'event_response', target }, unseal };
  }
  if (encReactionMessage) {
    const target = readRef(encReactionMessage.targetMessageKey, frame);
    const sealed = sealedIn(encReactionMessage);
    if (!target || !sealed) return undefined;
    const unseal = unsealReaction(baileys, target, sealed, frame);
    return { content: { kind: 'unsupported', type: 'encReactionMessage' }, unseal };
  }
  if (encCommentMessage) {
    const target = readRef(encCommentMessage.targetMessageKey, frame);
    const sealed = sealedIn(encCommentMessage);
    if (!target || !sealed) return undefined;
    const unseal = unsealComment(baileys, target, sealed, frame, readWords);
    return { content: { kind: 'unsupported', type: 'encCommentMessage' }, unseal };
  }
  if (commentMessage) {
    const target = readRef(commentMessage.targetMessageKey, frame);
    const text = commentMessage.message ? readWords(commentMessage.message) : undefined;
    return target && text !== undefined ? { content: { kind: 'comment', target, text } } : undefined;
  }
  if (secretEncryptedMessage) {
    const target = readRef(secretEncryptedMessage.targetMessageKey, frame);
    const sealed = sealedIn(secretEncryptedMessage);
    const { secretEncType } = secretEncryptedMessage;
    if (!target || !sealed || !secretEncType) return undefined;
    const unseal = unsealEdit(baileys, target, secretEncType, sealed, frame, readEdited);
    return { content: { kind: 'unsupported', type: 'secretEncryptedMessage' }, unseal };
  }
  if (pinInChatMessage) {
    const target = readRef(pinInChatMessage.key, frame);
    const durationMs = msIn(contextInfo?.messageAddOnDurationInSecs);
    const isPinned = pinInChatMessage.type === baileys.proto.Message.PinInChatMessage.Type.PIN_FOR_ALL;
    return target && { content: defined({ kind: 'pin', target, isPinned, durationMs }) };
  }
  if (!keepInChatMessage) return undefined;
  const target = readRef(keepInChatMessage.key, frame);
  const isKept = keepInChatMessage.keepType === baileys.proto.KeepType.KEEP_FOR_ALL;
  return target && { content: { kind: 'keep', target, isKept } };
}

function readProtocol(
  { proto }: Baileys,
  message: proto.Message.IProtocolMessage,
  frame: Frame,
): Reading | undefined {
  const { Type } = proto.Message.ProtocolMessage;
  switch (message.type) {
    case Type.REVOKE: {
      const target = readRef(message.key, frame);
      return target && { content: { kind: 'revoke', target } };
    }
    case Type.MESSAGE_EDIT: {
      const target = readRef(message.key, frame);
      const edited = message.editedMessage ? readEdited(message.editedMessage) : undefined;
      return target && edited ? { content: { kind: 'edit', target, ...edited } } : undefined;
    }
    case Type.EPHEMERAL_SETTING:
      return {
        content: { kind: 'ephemeral_setting', ephemeralMs: msIn(message.ephemeralExpiration) ?? 0 },
      };
    default:
      return undefined;
  }
}

/** What a message says that takes the place of another one. */
function readEdited(wrapped: proto.IMessage): Edited | undefined {
  const content = readInner(wrapped);
  if (!content) return undefined;
  if (content.kind === 'poll') return { text: content.name };
  if (content.kind !== 'event') return { text: wordsOf(content) };
  const { kind: _, ...event } = content;
  return { text: event.name, event };
}

/** The text or caption of a message inside of another one. */
function readWords(wrapped: proto.IMessage): string | undefined {
  const content = readInner(wrapped);
  return content && wordsOf(content);
}

function readInner(wrapped: proto.IMessage): Content | undefined {
  const { message } = unwrap(wrapped);
  const name = nameOf(message);
  return name && readBody(name, message[name]);
}

const wordsOf = (content: Content): string =>
  'caption' in content || 'media' in content ? captionOf(content) : textOf(content);

const captionOf = (content: Content): string => ('caption' in content && content.caption) || '';

function readAnnotations(info: proto.IContextInfo | null | undefined, frame: Frame) {
  if (!info) return undefined;
  return defined({
    quoted: readQuoted(info, frame),
    mentions: info.mentionedJid?.length ? (info.mentionedJid as Jid[]) : undefined,
    mentionsEveryone: info.nonJidMentions ? true : undefined,
    isForwarded: info.isForwarded || undefined,
    ephemeralMs: msIn(info.expiration),
  });
}

function readQuoted(info: proto.IContextInfo, { own }: Frame): Quoted | undefined {
  const { stanzaId, participant, remoteJid, quotedMessage } = info;
  if (!stanzaId) return undefined;
  const quoted = quotedMessage ? unwrap(quotedMessage).message : {};
  const name = nameOf(quoted);
  const content: Content | undefined =
    name && (readBody(name, quoted[name]) ?? { kind: 'unsupported', type: name });
  const sender = participant ? bareJid(participant) : undefined;
  return defined({
    id: stanzaId as MessageId,
    isFromMe: sender === undefined ? undefined : isSame(own, sender),
    sender,
    kind: content?.kind,
    text: (content && textOf(content)) || undefined,
    chat: remoteJid ? bareJid(remoteJid) : undefined,
  });
}

function sealedIn(payload: Partial<{ [K in keyof Sealed]: Uint8Array | null }> | null | undefined) {
  const { encPayload, encIv } = payload ?? {};
  return encPayload?.length && encIv?.length ? { encPayload, encIv } : undefined;
}
