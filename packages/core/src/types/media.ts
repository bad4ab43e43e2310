import { z } from 'zod';

/** How WhatsApp encrypts and files media: voice notes are `audio`; GIFs and video notes are `video`. */
export type MediaType = 'image' | 'video' | 'audio' | 'document' | 'sticker' | 'link-thumbnail';

/** What the own phone hands over is encrypted like media, and never sent by us. */
export type DownloadType = MediaType | 'history';

/** Content of the media library. */
export interface MediaContent {
  /** Base64. */
  sha256: string;
  sizeBytes: number;
}

const claims = {
  /** Its name, where a name is shown. */
  fileName: z.string().min(1).max(1_024).optional(),
  /** Counts only where the bytes leave it open: for text, and for what is in a wrapper. */
  mimetype: z.string().min(1).max(256).optional(),
};

/** Where bytes come from, as far as JSON can say it, and what is said of them. A URL may be `http:`, `https:` or `data:`. */
export const mediaSourceSchema = z.union([
  z.strictObject({ path: z.string().min(1).max(4_096), ...claims }),
  z.strictObject({ url: z.string().min(1), ...claims }),
  z.strictObject({ base64: z.string().min(1), ...claims }),
]);

/** What a caller says of the bytes: it need not be true. */
export interface MediaClaims {
  fileName?: string | undefined;
  mimetype?: string | undefined;
}

/** Where bytes that are to be sent come from, in exactly one of these ways. A URL may be `http:`, `https:` or `data:`. */
export type MediaSource =
  | { path: string }
  | { url: string }
  | { base64: string }
  | { data: Uint8Array }
  | { stream: AsyncIterable<Uint8Array> };

/** The fields of which a source has exactly one. */
export const sourceKeys = ['path', 'url', 'base64', 'data', 'stream'] as const;

/** How media is sent: the kinds of content that have a file. */
export type MediaKind = 'image' | 'video' | 'gif' | 'video_note' | 'audio' | 'voice' | 'document' | 'sticker';

/** How WhatsApp encrypts and files what is sent so. */
export const mediaTypes: Record<MediaKind, MediaType> = {
  image: 'image',
  video: 'video',
  gif: 'video',
  video_note: 'video',
  audio: 'audio',
  voice: 'audio',
  document: 'document',
  sticker: 'sticker',
};
