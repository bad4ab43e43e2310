/** How WhatsApp encrypts and files media: voice notes are `audio`; GIFs and video notes are `video`. */
export type MediaType = 'image' | 'video' | 'audio' | 'document' | 'sticker' | 'link-thumbnail';

/** Where the bytes of a message are and what opens them; bytes are in base64. Whoever has it can read the media. */
export interface MediaReference {
  mimetype: string;
  sizeBytes?: number;
  /** SHA-256 of the content: its name in the media library. */
  sha256?: string;
  /** SHA-256 of what lies on the media host. */
  encSha256?: string;
  /** Missing for what is not encrypted: what channels post. */
  mediaKey?: string;
  /** The path on whichever media host. WhatsApp forgets it after some weeks. */
  directPath?: string;
  /** The whole address at the time of sending. Its host is the sender's word: see `media/hosts.ts`. */
  url?: string;
  /** When it was uploaded. */
  mediaKeyAt?: number;
}

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
