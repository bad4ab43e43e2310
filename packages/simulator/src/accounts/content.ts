import { randomInt } from 'node:crypto';
import type { proto } from '@whiskeysockets/baileys/WAProto/index.js';
import { type Attachment, readAttachment } from '../media/attachment.js';
import { unwrap } from '../messages/unwrap.js';

/** Adds Signal's padding: n bytes of value n, 1 to 16 of them. */
export function pad(content: Uint8Array): Buffer {
  const length = randomInt(1, 17);
  return Buffer.concat([content, Buffer.alloc(length, length)]);
}

/** Takes the padding off again; throws if there cannot be any. */
export function unpad(padded: Buffer): Buffer {
  const length = padded.at(-1) ?? 0;
  if (length === 0 || length > padded.length) throw new Error('The message has no valid padding.');
  return padded.subarray(0, padded.length - length);
}

/** Fields that accompany a message and are not one. */
const NOT_CONTENT = new Set(['messageContextInfo', 'senderKeyDistributionMessage', 'protocolMessage']);

/**
 * What a chat shows of a message: its text (or caption, or reaction) and the kind of content.
 *
 * @returns undefined for messages that no chat shows (protocol messages, key distribution).
 */
export function readContent(
  wrapped: proto.IMessage,
): { text: string; kind: string; media?: Attachment } | undefined {
  const { message } = unwrap(wrapped);
  const kind = Object.entries(message).find(
    ([field, value]) => value != null && !NOT_CONTENT.has(field),
  )?.[0];
  if (!kind) return undefined;
  const { conversation, extendedTextMessage, imageMessage, videoMessage, documentMessage, reactionMessage } =
    message;
  const text =
    conversation ??
    extendedTextMessage?.text ??
    imageMessage?.caption ??
    videoMessage?.caption ??
    documentMessage?.caption ??
    reactionMessage?.text;
  const media = readAttachment(wrapped);
  return { text: text ?? '', kind, ...(media ? { media } : {}) };
}
