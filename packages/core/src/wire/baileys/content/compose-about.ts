import type { proto } from '@whiskeysockets/baileys';
import { WharfError } from '../../../errors/errors.js';
import type { MessageRef } from '../../../types/content-parts.js';
import { isGroupJid } from '../../../types/ids.js';
import type { OutgoingAbout } from '../../../types/outgoing.js';
import type { ComposeContext } from './compose.js';
import { optionHash, type SealPurpose, seal } from './sealed.js';
import { secretOf } from './unseal.js';
import { unwrap } from './unwrap.js';

/** How long a pin stays when nothing is said: a week, as in the apps. */
const PIN_SECONDS = 7 * 86_400;

/** Writes what is said to another message, or changes it. */
export function composeAbout(content: OutgoingAbout, context: ComposeContext): proto.IMessage {
  const { proto } = context.baileys;
  const { ProtocolMessage, PinInChatMessage } = proto.Message;
  const key = keyOf(content.target, context);
  const { now } = context;
  switch (content.kind) {
    case 'reaction':
      return { reactionMessage: { key, text: content.emoji, senderTimestampMs: now } };
    case 'edit':
      return {
        protocolMessage: {
          key,
          type: ProtocolMessage.Type.MESSAGE_EDIT,
          editedMessage: edited(content.text, content.target, context),
          timestampMs: now,
        },
      };
    case 'revoke':
      return { protocolMessage: { key, type: ProtocolMessage.Type.REVOKE } };
    case 'pin': {
      const { Type } = PinInChatMessage;
      const { isPinned, durationMs } = content;
      const seconds = durationMs === undefined ? PIN_SECONDS : Math.ceil(durationMs / 1_000);
      return {
        pinInChatMessage: {
          key,
          type: isPinned ? Type.PIN_FOR_ALL : Type.UNPIN_FOR_ALL,
          senderTimestampMs: now,
        },
        messageContextInfo: { messageAddOnDurationInSecs: isPinned ? seconds : 0 },
      };
    }
    case 'keep': {
      const { KEEP_FOR_ALL, UNDO_KEEP_FOR_ALL } = proto.KeepType;
      const keepType = content.isKept ? KEEP_FOR_ALL : UNDO_KEEP_FOR_ALL;
      return { keepInChatMessage: { key, keepType, timestampMs: now } };
    }
    case 'poll_vote': {
      const selectedOptions = content.options.map(optionHash);
      const plaintext = proto.Message.PollVoteMessage.encode({ selectedOptions }).finish();
      return {
        pollUpdateMessage: {
          pollCreationMessageKey: key,
          vote: sealed(content.target, 'Poll Vote', plaintext, context),
          metadata: {},
          senderTimestampMs: now,
        },
      };
    }
    case 'event_response': {
      const { GOING, NOT_GOING, MAYBE } = proto.Message.EventResponseMessage.EventResponseType;
      const response = { going: GOING, not_going: NOT_GOING, maybe: MAYBE }[content.response];
      const answer = { response, timestampMs: now, extraGuestCount: content.extraGuests ?? null };
      const plaintext = proto.Message.EventResponseMessage.encode(answer).finish();
      return {
        encEventResponseMessage: {
          eventCreationMessageKey: key,
          ...sealed(content.target, 'Event Response', plaintext, context),
        },
      };
    }
  }
}

/** Names another message of the chat. */
function keyOf(
  { id, isFromMe = false, sender }: MessageRef,
  { chat, addressOf, own }: ComposeContext,
): proto.IMessageKey {
  const key = { remoteJid: chat, fromMe: isFromMe, id };
  // Between two it is clear whose it is.
  if (!isGroupJid(chat) && !chat.endsWith('@broadcast')) return key;
  const participant = isFromMe ? own : sender && addressOf(sender);
  return participant ? { ...key, participant } : key;
}

/** The new text in the form of the message that is edited: a picture keeps its picture. */
function edited(text: string, { id }: MessageRef, { baileys, find }: ComposeContext): proto.IMessage {
  const raw = find(id)?.raw;
  const before = raw ? unwrap(baileys.proto.Message.decode(raw)).message : {};
  const { imageMessage, videoMessage, documentMessage } = before;
  if (imageMessage) return { imageMessage: { ...imageMessage, caption: text } };
  if (videoMessage) return { videoMessage: { ...videoMessage, caption: text } };
  if (documentMessage)
    return {
      documentWithCaptionMessage: { message: { documentMessage: { ...documentMessage, caption: text } } },
    };
  return before.extendedTextMessage ? { extendedTextMessage: { text } } : { conversation: text };
}

/** Encrypts an answer with the secret of the message that asks. */
function sealed(
  { id }: MessageRef,
  purpose: SealPurpose,
  plaintext: Uint8Array,
  { baileys, find, addressOf, own }: ComposeContext,
) {
  const asking = find(id);
  const secret = asking?.raw && secretOf(baileys.proto.Message.decode(asking.raw));
  if (!asking || !secret) throw new WharfError('MESSAGE_NOT_FOUND');
  const { isFromMe, sender } = asking.message;
  const author = isFromMe ? own : addressOf(sender.jid);
  return seal({ secret, id, author, answerer: own }, purpose, plaintext);
}
