import type { proto } from '@whiskeysockets/baileys/WAProto/index.js';

const WRAPPERS = [
  'deviceSentMessage',
  'ephemeralMessage',
  'viewOnceMessage',
  'viewOnceMessageV2',
  'viewOnceMessageV2Extension',
  'documentWithCaptionMessage',
  'editedMessage',
] as const;
const MAX_WRAPPERS = 5;

/** Takes off what messages are wrapped in: copies of our own, disappearing, view once, ... */
export function unwrap(message: proto.IMessage): { message: proto.IMessage; isViewOnce: boolean } {
  let inner = message;
  let isViewOnce = false;
  for (let depth = 0; depth < MAX_WRAPPERS; depth += 1) {
    const wrapper = WRAPPERS.find((name) => inner[name]?.message);
    const next = wrapper && inner[wrapper]?.message;
    if (!wrapper || !next) break;
    isViewOnce ||= wrapper.startsWith('viewOnce');
    const { messageContextInfo } = inner;
    inner = messageContextInfo && !next.messageContextInfo ? { ...next, messageContextInfo } : next;
  }
  return { message: inner, isViewOnce };
}
