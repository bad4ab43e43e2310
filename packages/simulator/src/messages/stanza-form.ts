import { proto } from '@whiskeysockets/baileys/WAProto/index.js';
import { type Stanza, stanza } from '../stanza/node.js';
import { unwrap } from './unwrap.js';

/** What the server may know about a message without reading it. */
export interface StanzaForm {
  type: 'text' | 'media' | 'reaction' | 'poll' | 'event';
  /** 1 edit, 2 pin, 7 taken back by its author, 8 by an admin. */
  edit?: string;
  /** Attributes of `<enc>`. */
  encrypted: { mediatype?: string | undefined; 'decrypt-fail'?: string };
  meta?: Stanza;
}

const MEDIA_TYPES: Record<string, string> = {
  imageMessage: 'image',
  videoMessage: 'video',
  audioMessage: 'audio',
  documentMessage: 'document',
  stickerMessage: 'sticker',
  contactMessage: 'vcard',
  contactsArrayMessage: 'contact_array',
  locationMessage: 'location',
  liveLocationMessage: 'livelocation',
  listMessage: 'list',
  listResponseMessage: 'list_response',
  buttonsMessage: 'button',
  buttonsResponseMessage: 'buttons_response',
  groupInviteMessage: 'url',
  ptvMessage: 'ptv',
  productMessage: 'product',
  orderMessage: 'order',
};
const { REVOKE, MESSAGE_EDIT } = proto.Message.ProtocolMessage.Type;

/** What the stanza of a message says about it; clients treat what only changes another message differently. */
export function stanzaFormOf(wrapped: proto.IMessage): StanzaForm {
  const { message } = unwrap(wrapped);
  const { protocolMessage, pollUpdateMessage, eventMessage } = message;
  const hidden = { 'decrypt-fail': 'hide' };
  if (message.reactionMessage || message.encReactionMessage) return { type: 'reaction', encrypted: hidden };
  if (message.pollCreationMessage || message.pollCreationMessageV2 || message.pollCreationMessageV3)
    return { type: 'poll', encrypted: {}, meta: stanza('meta', { polltype: 'creation' }) };
  if (pollUpdateMessage)
    return { type: 'poll', encrypted: hidden, meta: stanza('meta', { polltype: 'vote' }) };
  if (eventMessage) return { type: 'event', encrypted: {}, meta: stanza('meta', { event_type: 'creation' }) };
  if (message.encEventResponseMessage)
    return { type: 'event', encrypted: hidden, meta: stanza('meta', { event_type: 'response' }) };
  if (message.pinInChatMessage) return { type: 'text', edit: '2', encrypted: hidden };
  if (message.keepInChatMessage) return { type: 'text', encrypted: hidden };
  if (protocolMessage?.type === MESSAGE_EDIT) return { type: 'text', edit: '1', encrypted: hidden };
  if (protocolMessage?.type === REVOKE)
    return { type: 'text', edit: protocolMessage.key?.fromMe === false ? '8' : '7', encrypted: {} };
  const mediatype = mediaTypeOf(message);
  return mediatype ? { type: 'media', encrypted: { mediatype } } : { type: 'text', encrypted: {} };
}

function mediaTypeOf(message: proto.IMessage): string | undefined {
  if (message.audioMessage?.ptt) return 'ptt';
  if (message.extendedTextMessage?.matchedText) return 'url';
  if (message.videoMessage?.gifPlayback) return 'gif';
  const field = Object.keys(MEDIA_TYPES).find((name) => message[name as keyof proto.IMessage] != null);
  return field && MEDIA_TYPES[field];
}
