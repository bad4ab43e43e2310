import type { proto } from '@whiskeysockets/baileys/WAProto/index.js';
import { z } from 'zod';
import { unwrap } from '../messages/unwrap.js';

/**
 * The kinds of attachment a chat has, by WhatsApp's words where people have none: a voice note is an audio message
 * that is played at once, a `ptv` a video note, a `thumbnail-link` the picture of a link's card.
 */
export const attachmentKinds = [
  'image',
  'video',
  'ptv',
  'audio',
  'voice',
  'document',
  'sticker',
  'thumbnail-link',
] as const;
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
  /** Whether it is to be seen once. */
  viewOnce: z.boolean().optional(),
  /** The album it belongs to: the id of a message. */
  album: z.string().optional(),
});
export type Attachment = z.infer<typeof attachmentSchema>;

/** The attachment of a message, if it has one that can be fetched. */
export function readAttachment(wrapped: proto.IMessage): Attachment | undefined {
  const { message, isViewOnce } = unwrap(wrapped);
  const { kind, file } = fileOf(message);
  if (!kind || !file?.directPath || !file.mediaKey || !file.fileEncSha256) return undefined;
  const { fileName, seconds } = file;
  const album = message.messageContextInfo?.messageAssociation?.parentMessageKey?.id;
  return {
    kind,
    mimetype: file.mimetype ?? 'application/octet-stream',
    byteLength: Number(file.fileLength ?? 0),
    ...(fileName ? { fileName } : {}),
    ...(seconds == null ? {} : { seconds }),
    directPath: file.directPath,
    mediaKey: base64(file.mediaKey),
    fileSha256: base64(file.fileSha256 ?? new Uint8Array()),
    fileEncSha256: base64(file.fileEncSha256),
    ...(isViewOnce ? { viewOnce: true } : {}),
    ...(album ? { album } : {}),
  };
}

interface MessageFile extends proto.Message.IImageMessage {
  fileName?: string | null;
  seconds?: number | null;
}

/** Where a message keeps its file. */
function fileOf(message: proto.IMessage): { kind?: AttachmentKind; file?: MessageFile | null | undefined } {
  const { imageMessage, videoMessage, ptvMessage, audioMessage, documentMessage, stickerMessage } = message;
  if (imageMessage) return { kind: 'image', file: imageMessage };
  if (videoMessage) return { kind: 'video', file: videoMessage };
  if (ptvMessage) return { kind: 'ptv', file: ptvMessage };
  if (audioMessage) return { kind: audioMessage.ptt ? 'voice' : 'audio', file: audioMessage };
  if (documentMessage) return { kind: 'document', file: documentMessage };
  if (stickerMessage) return { kind: 'sticker', file: stickerMessage };
  const picture = message.productMessage?.product?.productImage;
  if (picture) return { kind: 'image', file: picture };
  const { extendedTextMessage: text } = message;
  if (!text?.thumbnailDirectPath) return {};
  const { thumbnailDirectPath: directPath, thumbnailSha256, thumbnailEncSha256 } = text;
  return {
    kind: 'thumbnail-link',
    file: {
      directPath,
      mimetype: 'image/jpeg',
      mediaKey: text.mediaKey ?? null,
      fileSha256: thumbnailSha256 ?? null,
      fileEncSha256: thumbnailEncSha256 ?? null,
    },
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
    case 'ptv':
      return { ptvMessage: { ...common, ...size, ...length, ...jpegThumbnail } };
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
    case 'thumbnail-link':
      return { extendedTextMessage: thumbnailFields(file, uploaded) };
  }
}

/**
 * Puts an uploaded picture into the message that it is for: the card of a text's link, or a product.
 *
 * @throws Error for a message that shows no picture.
 */
export function illustrate(
  message: proto.IMessage,
  file: FileDescription,
  uploaded: UploadedFile,
): proto.IMessage {
  const { extendedTextMessage: text, productMessage } = message;
  if (text && file.kind === 'thumbnail-link')
    return { ...message, extendedTextMessage: { ...text, ...thumbnailFields(file, uploaded) } };
  const { imageMessage } = attachmentMessage(file, uploaded);
  if (!productMessage?.product || !imageMessage) throw new Error('That content shows no such picture.');
  const product = { ...productMessage.product, productImage: imageMessage, productImageCount: 1 };
  return { ...message, productMessage: { ...productMessage, product } };
}

function thumbnailFields(
  { width, height, thumbnail }: FileDescription,
  { directPath, mediaKey, fileSha256, fileEncSha256 }: UploadedFile,
): proto.Message.IExtendedTextMessage {
  return {
    thumbnailDirectPath: directPath,
    thumbnailSha256: fileSha256,
    thumbnailEncSha256: fileEncSha256,
    mediaKey,
    mediaKeyTimestamp: Math.floor(Date.now() / 1_000),
    thumbnailWidth: width ?? null,
    thumbnailHeight: height ?? null,
    ...(thumbnail ? { jpegThumbnail: thumbnail } : {}),
  };
}
