import type { proto } from '@whiskeysockets/baileys/WAProto/index.js';
import { z } from 'zod';

/** The kinds of attachment a chat has; a voice note is an audio message that is played at once. */
export const attachmentKinds = ['image', 'video', 'audio', 'voice', 'document', 'sticker'] as const;
export type AttachmentKind = (typeof attachmentKinds)[number];

/** What a message says about its attachment; bytes are base64. */
export const attachmentSchema = z.object({
  kind: z.enum(attachmentKinds),
  mimetype: z.string(),
  byteLength: z.number(),
  fileName: z.string().optional(),
  seconds: z.number().optional(),
  directPath: z.string(),
  mediaKey: z.string(),
  fileSha256: z.string(),
  fileEncSha256: z.string(),
});
export type Attachment = z.infer<typeof attachmentSchema>;

/** The attachment of a message, if it has one that can be fetched. */
export function readAttachment(message: proto.IMessage): Attachment | undefined {
  const { imageMessage, videoMessage, audioMessage, documentMessage, stickerMessage } = message;
  const found = imageMessage ?? videoMessage ?? audioMessage ?? documentMessage ?? stickerMessage;
  if (!found?.directPath || !found.mediaKey || !found.fileEncSha256) return undefined;
  const kind = imageMessage
    ? 'image'
    : videoMessage
      ? 'video'
      : audioMessage
        ? audioMessage.ptt
          ? 'voice'
          : 'audio'
        : documentMessage
          ? 'document'
          : 'sticker';
  const seconds = videoMessage?.seconds ?? audioMessage?.seconds;
  return {
    kind,
    mimetype: found.mimetype ?? 'application/octet-stream',
    byteLength: Number(found.fileLength ?? 0),
    ...(documentMessage?.fileName ? { fileName: documentMessage.fileName } : {}),
    ...(seconds == null ? {} : { seconds }),
    directPath: found.directPath,
    mediaKey: base64(found.mediaKey),
    fileSha256: base64(found.fileSha256 ?? new Uint8Array()),
    fileEncSha256: base64(found.fileEncSha256),
  };
}

/** The name of an attachment's blob on the media host. */
export function blobTokenOf(attachment: Attachment): string {
  return Buffer.from(attachment.fileEncSha256, 'base64').toString('base64url');
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

/** Where an uploaded file is, and what opens it. */
export interface UploadedFile {
  url: string;
  directPath: string;
  mediaKey: Buffer;
  fileSha256: Buffer;
  fileEncSha256: Buffer;
  fileLength: number;
}

/** What a message says about its file besides where it is. */
export interface FileDescription {
  kind: AttachmentKind;
  mimetype: string;
  caption?: string;
  fileName?: string;
  seconds?: number;
  width?: number;
  height?: number;
  thumbnail?: Uint8Array;
}

/** The message that carries an uploaded file. */
export function attachmentMessage(file: FileDescription, uploaded: UploadedFile): proto.IMessage {
  const { kind, mimetype, seconds, width, height } = file;
  const common = { ...uploaded, mimetype, mediaKeyTimestamp: Math.floor(Date.now() / 1000) };
  const caption = file.caption === undefined ? {} : { caption: file.caption };
  const size = { ...(width === undefined ? {} : { width }), ...(height === undefined ? {} : { height }) };
  const length = seconds === undefined ? {} : { seconds };
  const jpegThumbnail = file.thumbnail ? { jpegThumbnail: file.thumbnail } : {};
  switch (kind) {
    case 'image':
      return { imageMessage: { ...common, ...caption, ...size, ...jpegThumbnail } };
    case 'video':
      return { videoMessage: { ...common, ...caption, ...size, ...length, ...jpegThumbnail } };
    case 'audio':
    case 'voice':
      return { audioMessage: { ...common, ...length, ptt: kind === 'voice' } };
    case 'document': {
      const fileName = file.fileName ?? 'file';
      const documentMessage = { ...common, ...caption, ...jpegThumbnail, fileName, title: fileName };
      // A document with a caption travels in a wrapper, which older clients do not open.
      return file.caption === undefined
        ? { documentMessage }
        : { documentWithCaptionMessage: { message: { documentMessage } } };
    }
    case 'sticker':
      return { stickerMessage: { ...common, ...size } };
  }
}
