/** How WhatsApp encrypts and files media: voice notes are `audio`; GIFs and video notes are `video`. */
export type MediaType = 'image' | 'video' | 'audio' | 'document' | 'sticker' | 'link-thumbnail';

/** Content of the media library. */
export interface MediaContent {
  /** Base64. */
  sha256: string;
  sizeBytes: number;
}

/** Where bytes that are to be sent come from, in exactly one of these ways. A URL may be `http:`, `https:` or `data:`. */
export type MediaSource =
  | { path: string }
  | { url: string }
  | { base64: string }
  | { data: Uint8Array }
  | { stream: AsyncIterable<Uint8Array> };

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
