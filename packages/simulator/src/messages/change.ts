import { proto } from '@whiskeysockets/baileys/WAProto/index.js';
import type { SecretPayload } from './secret.js';
import { unwrap } from './unwrap.js';

const { REVOKE, MESSAGE_EDIT } = proto.Message.ProtocolMessage.Type;

/** What a message does to another one, `of` being the id of that. Votes and answers are still encrypted. */
export type Change = { of: string } & (
  | { kind: 'reaction'; emoji: string }
  | { kind: 'edit'; message: proto.IMessage }
  | { kind: 'revoke' }
  | { kind: 'vote' | 'eventResponse'; sealed: SecretPayload }
  | { kind: 'pin'; isPinned: boolean }
  | { kind: 'keep'; isKept: boolean }
);

/** Reads a message that changes another one; undefined for every other message. */
export function readChange(wrapped: proto.IMessage): Change | undefined {
  const { message } = unwrap(wrapped);
  const { reactionMessage, pollUpdateMessage, encEventResponseMessage, pinInChatMessage, keepInChatMessage } =
    message;
  if (reactionMessage)
    return withId(reactionMessage.key, { kind: 'reaction', emoji: reactionMessage.text ?? '' });
  if (pollUpdateMessage)
    return withSealed(pollUpdateMessage.pollCreationMessageKey, 'vote', pollUpdateMessage.vote);
  if (encEventResponseMessage)
    return withSealed(
      encEventResponseMessage.eventCreationMessageKey,
      'eventResponse',
      encEventResponseMessage,
    );
  if (pinInChatMessage)
    return withId(pinInChatMessage.key, { kind: 'pin', isPinned: pinInChatMessage.type === 1 });
  if (keepInChatMessage)
    return withId(keepInChatMessage.key, { kind: 'keep', isKept: keepInChatMessage.keepType === 1 });
  return readProtocolChange(message.protocolMessage);
}

function readProtocolChange(message: proto.Message.IProtocolMessage | null | undefined): Change | undefined {
  if (message?.type === REVOKE) return withId(message.key, { kind: 'revoke' });
  if (message?.type === MESSAGE_EDIT && message.editedMessage)
    return withId(message.key, { kind: 'edit', message: message.editedMessage });
  return undefined;
}

function withId<T>(key: proto.IMessageKey | null | undefined, change: T): (T & { of: string }) | undefined {
  return key?.id ? { ...change, of: key.id } : undefined;
}

function withSealed(
  key: proto.IMessageKey | null | undefined,
  kind: 'vote' | 'eventResponse',
  payload: proto.Message.IPollEncValue | null | undefined,
): Change | undefined {
  const { encPayload, encIv } = payload ?? {};
  return key?.id && encPayload && encIv ? { of: key.id, kind, sealed: { encPayload, encIv } } : undefined;
}
