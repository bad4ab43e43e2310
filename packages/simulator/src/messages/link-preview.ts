import type { proto } from '@whiskeysockets/baileys/WAProto/index.js';
import { z } from 'zod';

/** The card that a chat shows under a text with a link. Its author made it: nobody else fetches the page. */
export const linkPreview = z.object({
  /** The part of the text that is the link. */
  url: z.string().min(1).max(2_048),
  title: z.string().max(1_024).optional(),
  description: z.string().max(65_536).optional(),
  /** A small JPEG in base64. A larger one is uploaded: see `attachments.send`. */
  thumbnail: z.base64().max(100_000).optional(),
});
export type LinkPreview = z.infer<typeof linkPreview>;

/** The fields of a text that make its card. */
export function previewFields(preview: LinkPreview | undefined): proto.Message.IExtendedTextMessage {
  if (!preview) return {};
  const { url, title, description, thumbnail } = preview;
  return {
    matchedText: url,
    title: title ?? null,
    description: description ?? null,
    previewType: 0,
    ...(thumbnail ? { jpegThumbnail: Buffer.from(thumbnail, 'base64') } : {}),
  };
}

/** Reads the card of a text; undefined if it has none. */
export function readPreview(
  text: proto.Message.IExtendedTextMessage | null | undefined,
): LinkPreview | undefined {
  if (!text?.matchedText) return undefined;
  const { matchedText, title, description, jpegThumbnail } = text;
  return {
    url: matchedText,
    ...(title ? { title } : {}),
    ...(description ? { description } : {}),
    ...(jpegThumbnail?.length ? { thumbnail: Buffer.from(jpegThumbnail).toString('base64') } : {}),
  };
}
