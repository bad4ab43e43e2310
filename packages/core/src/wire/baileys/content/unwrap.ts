import type { proto } from '@whiskeysockets/baileys';

/** What a message is put into that disappears, is seen once, comes with a caption, or belongs to another one. */
const WRAPPERS = [
  'ephemeralMessage',
  'viewOnceMessage',
  'viewOnceMessageV2',
  'viewOnceMessageV2Extension',
  'documentWithCaptionMessage',
  'editedMessage',
  'associatedChildMessage',
  'groupStatusMessage',
  'groupStatusMessageV2',
  'groupMentionedMessage',
  'lottieStickerMessage',
  'pollCreationMessageV4',
  'botForwardedMessage',
  'deviceSentMessage',
] as const satisfies Array<keyof proto.IMessage>;

/** So many wrappers in one another are not meant seriously. */
const DEEPEST = 6;

export interface Unwrapped {
  message: proto.IMessage;
  isViewOnce: boolean;
  /** The innermost there is: its secret opens what is said to the message. */
  contextInfo: proto.IMessageContextInfo | undefined;
}

/** Takes off what a message is wrapped in. */
export function unwrap(wrapped: proto.IMessage): Unwrapped {
  let message = wrapped;
  let isViewOnce = false;
  let contextInfo = message.messageContextInfo ?? undefined;
  for (let depth = 0; depth < DEEPEST; depth += 1) {
    const name = WRAPPERS.find((wrapper) => message[wrapper]?.message);
    const inner = name && message[name]?.message;
    if (!inner) break;
    isViewOnce ||= name.startsWith('viewOnce');
    message = inner;
    contextInfo = message.messageContextInfo ?? contextInfo;
  }
  return { message, isViewOnce, contextInfo };
}
