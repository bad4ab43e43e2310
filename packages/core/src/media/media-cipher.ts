import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hkdfSync,
  timingSafeEqual,
} from 'node:crypto';
import { WharfError } from '../errors/errors.js';
import type { DownloadType, MediaType } from '../types/media.js';
import { free } from '../util/free.js';

/** Each type has keys of its own. */
const KEY_NAMES: Record<DownloadType, string> = {
  image: 'Image',
  video: 'Video',
  audio: 'Audio',
  document: 'Document',
  sticker: 'Image',
  'link-thumbnail': 'Link Thumbnail',
  history: 'History',
};

const BLOCK_BYTES = 16;
const MAC_BYTES = 10;

function keysOf(mediaKey: Uint8Array, type: DownloadType) {
  const info = `WhatsApp ${KEY_NAMES[type]} Keys`;
  const keys = Buffer.from(hkdfSync('sha256', mediaKey, Buffer.alloc(0), info, 112));
  return { iv: keys.subarray(0, 16), cipherKey: keys.subarray(16, 48), macKey: keys.subarray(48, 80) };
}

/** How long a content is when it is encrypted. */
export function encryptedSize(size: number): number {
  return (Math.floor(size / BLOCK_BYTES) + 1) * BLOCK_BYTES + MAC_BYTES;
}

/** Encrypts media for WhatsApp's hosts: AES-256-CBC, and at the end ten bytes of HMAC-SHA-256. The same key gives the same bytes. */
export async function* encryptMedia(
  content: AsyncIterable<Uint8Array>,
  mediaKey: Uint8Array,
  type: MediaType,
): AsyncGenerator<Buffer> {
  const { iv, cipherKey, macKey } = keysOf(mediaKey, type);
  const cipher = createCipheriv('aes-256-cbc', cipherKey, iv);
  const mac = createHmac('sha256', macKey).update(iv);
  for await (const bytes of content) {
    const encrypted = cipher.update(bytes);
    mac.update(encrypted);
    yield encrypted;
  }
  const last = cipher.final();
  yield Buffer.concat([last, mac.update(last).digest().subarray(0, MAC_BYTES)]);
}

/**
 * Decrypts media as it comes. What it gives is genuine only once it has come to its end, and is there until more is asked for.
 *
 * Baileys' own checks neither the seal nor the hash.
 *
 * @throws WharfError MEDIA_CORRUPT
 */
export async function* decryptMedia(
  encrypted: AsyncIterable<Uint8Array>,
  { mediaKey, encSha256 }: { mediaKey: Uint8Array; encSha256?: string | undefined },
  type: DownloadType,
): AsyncGenerator<Buffer> {
  const { iv, cipherKey, macKey } = keysOf(mediaKey, type);
  const cipher = createDecipheriv('aes-256-cbc', cipherKey, iv);
  const mac = createHmac('sha256', macKey).update(iv);
  const hash = createHash('sha256');
  let held: Buffer = Buffer.alloc(0);
  for await (const bytes of encrypted) {
    hash.update(bytes);
    // Whatever may be the seal is held back; the rest is not copied.
    const isLong = bytes.length >= MAC_BYTES;
    const before: Buffer = isLong ? held : Buffer.concat([held, bytes]);
    const parts = isLong ? [before, bytes.subarray(0, -MAC_BYTES)] : [before.subarray(0, -MAC_BYTES)];
    held = Buffer.from(isLong ? bytes.subarray(-MAC_BYTES) : before.subarray(-MAC_BYTES));
    for (const part of parts) {
      if (part.length === 0) continue;
      mac.update(part);
      const decrypted = cipher.update(part);
      yield decrypted;
      free(decrypted);
    }
  }
  const seal = mac.digest().subarray(0, MAC_BYTES);
  const isGenuine = held.length === MAC_BYTES && timingSafeEqual(held, seal);
  if (!isGenuine || (encSha256 && hash.digest('base64') !== encSha256)) throw new WharfError('MEDIA_CORRUPT');
  try {
    yield cipher.final();
  } catch (cause) {
    throw new WharfError('MEDIA_CORRUPT', { cause });
  }
}
