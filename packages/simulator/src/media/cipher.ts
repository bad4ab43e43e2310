import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';

/** The kinds of content that are kept encrypted on a media host, each with keys of its own. */
const KEY_NAMES = {
  image: 'Image',
  sticker: 'Image',
  video: 'Video',
  ptv: 'Video',
  audio: 'Audio',
  voice: 'Audio',
  document: 'Document',
  'thumbnail-link': 'Link Thumbnail',
  history: 'History',
  'app-state': 'App State',
} as const;

export type MediaKind = keyof typeof KEY_NAMES;

/** What a message says about its attachment so that the recipient can find, check and decrypt it. */
export interface MediaSecrets {
  mediaKey: Buffer;
  /** SHA-256 of the plaintext. */
  fileSha256: Buffer;
  fileLength: number;
}

const MAC_BYTES = 10;

interface MediaKeys {
  iv: Buffer;
  cipherKey: Buffer;
  macKey: Buffer;
}

function deriveKeys(mediaKey: Uint8Array, kind: MediaKind): MediaKeys {
  const expanded = Buffer.from(
    hkdfSync('sha256', mediaKey, Buffer.alloc(0), `WhatsApp ${KEY_NAMES[kind]} Keys`, 112),
  );
  return {
    iv: expanded.subarray(0, 16),
    cipherKey: expanded.subarray(16, 48),
    macKey: expanded.subarray(48, 80),
  };
}

/**
 * Encrypts a stream for upload: AES-256-CBC, then the first 10 bytes of an HMAC over IV and ciphertext.
 *
 * @returns the ciphertext, and the secrets, which are complete once the ciphertext has been read to its end.
 */
export function encryptMedia(
  plaintext: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  kind: MediaKind,
): { ciphertext: AsyncIterable<Buffer>; secrets: () => MediaSecrets } {
  const mediaKey = randomBytes(32);
  const { iv, cipherKey, macKey } = deriveKeys(mediaKey, kind);
  const hash = createHash('sha256');
  let fileLength = 0;
  let fileSha256: Buffer | undefined;
  async function* encrypt() {
    const cipher = createCipheriv('aes-256-cbc', cipherKey, iv);
    const mac = createHmac('sha256', macKey).update(iv);
    for await (const chunk of plaintext) {
      hash.update(chunk);
      fileLength += chunk.length;
      const encrypted = cipher.update(chunk);
      mac.update(encrypted);
      yield encrypted;
    }
    const last = cipher.final();
    mac.update(last);
    fileSha256 = hash.digest();
    yield Buffer.concat([last, mac.digest().subarray(0, MAC_BYTES)]);
  }
  return {
    ciphertext: encrypt(),
    secrets: () => {
      if (!fileSha256) throw new Error('The ciphertext was not read to its end.');
      return { mediaKey, fileSha256, fileLength };
    },
  };
}

/**
 * Decrypts what {@link encryptMedia} made, holding no more than a chunk of it at a time.
 *
 * @throws Error at the end of the stream if the MAC is wrong: until then nothing that came out can be trusted.
 */
export async function* decryptMedia(
  ciphertext: AsyncIterable<Uint8Array>,
  mediaKey: Uint8Array,
  kind: MediaKind,
): AsyncIterable<Buffer> {
  const { iv, cipherKey, macKey } = deriveKeys(mediaKey, kind);
  const cipher = createDecipheriv('aes-256-cbc', cipherKey, iv);
  const mac = createHmac('sha256', macKey).update(iv);
  let held: Buffer = Buffer.alloc(0);
  for await (const chunk of ciphertext) {
    const bytes = Buffer.concat([held, chunk]);
    const body = bytes.subarray(0, Math.max(0, bytes.length - MAC_BYTES));
    held = bytes.subarray(body.length);
    mac.update(body);
    yield cipher.update(body);
  }
  const expected = mac.digest().subarray(0, MAC_BYTES);
  if (held.length !== MAC_BYTES || !timingSafeEqual(held, expected))
    throw new Error('The attachment was changed on its way: its MAC is wrong.');
  yield cipher.final();
}
