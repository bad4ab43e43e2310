import { proto } from '@whiskeysockets/baileys/WAProto/index.js';
import { composePaymentReply } from './business-content.js';
import type { ComposeContext } from './compose.js';
import type { Content, ContentOf } from './content.js';
import { sealEventResponse, sealMessage, sealVote } from './secret.js';

const { REVOKE, MESSAGE_EDIT } = proto.Message.ProtocolMessage.Type;
const { GOING, NOT_GOING, MAYBE } = proto.Message.EventResponseMessage.EventResponseType;
export const RESPONSES = { going: GOING, not_going: NOT_GOING, maybe: MAYBE };

/** Writes a content that changes or answers another message; undefined for one that stands by itself. */
export function composeAddOn(content: Content, context: ComposeContext): proto.IMessage | undefined {
  if (!('of' in content)) return undefined;
  const key = context.keyOf(content.of);
  const senderTimestampMs = Date.now();
  switch (content.kind) {
    case 'reaction':
      return { reactionMessage: { key, text: content.emoji, senderTimestampMs } };
    case 'edit':
      return {
        protocolMessage: {
          key,
          type: MESSAGE_EDIT,
          editedMessage: { conversation: content.text },
          timestampMs: senderTimestampMs,
        },
      };
    case 'revoke':
      return { protocolMessage: { key, type: REVOKE } };
    case 'vote':
      return composeVote(content, key, context);
    case 'eventResponse':
      return {
        encEventResponseMessage: {
          eventCreationMessageKey: key,
          ...sealEventResponse(secretContext(content.of, context), RESPONSES[content.response]),
        },
      };
    case 'comment':
      return {
        encCommentMessage: {
          targetMessageKey: key,
          ...sealMessage(secretContext(content.of, context), 'Enc Comment', {
            extendedTextMessage: { text: content.text },
          }),
        },
      };
    case 'pollEdit':
    case 'eventEdit':
      return composeSealedEdit(content, key, context);
    case 'pin':
      return {
        pinInChatMessage: { key, type: content.seconds > 0 ? 1 : 2, senderTimestampMs },
        messageContextInfo: { messageAddOnDurationInSecs: content.seconds },
      };
    case 'payment':
    case 'paymentDecline':
      return composePaymentReply(content, key);
    case 'keep':
      return { keepInChatMessage: { key, keepType: content.kept ? 1 : 2, timestampMs: senderTimestampMs } };
    case 'buttonReply':
      return {
        buttonsResponseMessage: {
          selectedButtonId: content.id,
          selectedDisplayText: content.text,
          type: proto.Message.ButtonsResponseMessage.Type.DISPLAY_TEXT,
          contextInfo: answering(content.of, context),
        },
      };
    case 'flowReply':
      return {
        interactiveResponseMessage: {
          body: { text: content.text },
          nativeFlowResponseMessage: { name: content.name, paramsJson: content.parameters, version: 3 },
          contextInfo: answering(content.of, context),
        },
      };
    case 'listReply':
      return {
        listResponseMessage: {
          title: content.text,
          listType: proto.Message.ListResponseMessage.ListType.SINGLE_SELECT,
          singleSelectReply: { selectedRowId: content.id },
          contextInfo: answering(content.of, context),
        },
      };
  }
}

function composeVote(
  { of, options }: ContentOf<'vote'>,
  pollCreationMessageKey: proto.IMessageKey,
  context: ComposeContext,
): proto.IMessage {
  return {
    pollUpdateMessage: {
      pollCreationMessageKey,
      vote: sealVote(secretContext(of, context), options),
      metadata: {},
      senderTimestampMs: Date.now(),
    },
  };
}

/** By the numbers of WhatsApp; Baileys' protobuf does not know that of a poll. */
const SEALED_EDITS = {
  eventEdit: { secretEncType: 1, purpose: 'Event Edit' },
  pollEdit: { secretEncType: 4, purpose: 'Poll Edit' },
} as const;

function composeSealedEdit(
  content: ContentOf<'pollEdit' | 'eventEdit'>,
  targetMessageKey: proto.IMessageKey,
  context: ComposeContext,
): proto.IMessage {
  const { secretEncType, purpose } = SEALED_EDITS[content.kind];
  const editedMessage: proto.IMessage =
    content.kind === 'pollEdit'
      ? { pollCreationMessage: { name: content.name } }
      : {
          eventMessage: {
            name: content.name,
            description: content.description ?? null,
            startTime: Math.floor(content.startAt / 1000),
          },
        };
  const plain = { protocolMessage: { type: MESSAGE_EDIT, editedMessage } };
  const sealed = sealMessage(secretContext(content.of, context), purpose, plain);
  return { secretEncryptedMessage: { targetMessageKey, secretEncType: secretEncType as number, ...sealed } };
}

function secretContext(id: string, context: ComposeContext) {
  return { secret: context.secretOf(id), id, author: context.authorOf(id), answerer: context.self };
}

function answering(id: string, context: ComposeContext): proto.IContextInfo {
  return { stanzaId: id, participant: context.authorOf(id), quotedMessage: context.messageOf(id) };
}
