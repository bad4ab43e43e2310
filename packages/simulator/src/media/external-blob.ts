import type { proto } from '@whiskeysockets/baileys/WAProto/index.js';
import { decryptMedia, encryptMedia, type MediaKind } from './cipher.js';
import type { MediaHost } from './media-host.js';

/** More than this is no app state and no history. */
const MAX_BYTES = 64 * 1024 * 1024;

/** Where an external blob is and what opens it, in the fields that every reference to one has. */
export interface ExternalBlob {
  mediaKey: Buffer;
  directPath: string;
  fileSha256: Buffer;
  fileEncSha256: Buffer;
  fileSizeBytes: number;
}

/** Encrypts something and puts it on the media host. @throws Error if there is none. */
export async function storeExternal(
  media: MediaHost | undefined,
  content: Uint8Array,
  kind: MediaKind,
): Promise<ExternalBlob> {
  const { ciphertext, secrets } = encryptMedia([content], kind);
  const token = await media?.blobs.put(ciphertext);
  if (!media || !token) throw new Error('there is no media host to keep a blob');
  const { mediaKey, fileSha256, fileLength } = secrets();
  const fileEncSha256 = Buffer.from(token, 'base64url');
  return {
    mediaKey,
    fileSha256,
    fileEncSha256,
    directPath: media.blobs.path(token),
    fileSizeBytes: fileLength,
  };
}

/** Fetches and decrypts a blob that a client uploaded. @throws Error if it is not there, changed or too large. */
export async function fetchExternal(
  media: MediaHost | undefined,
  { directPath, mediaKey }: proto.IExternalBlobReference,
  kind: MediaKind,
): Promise<Buffer> {
  const blob = media?.blobs.find(directPath ?? '');
  if (typeof blob !== 'object' || !mediaKey || blob.byteLength > MAX_BYTES)
    throw new Error('the blob is not on the media host');
  const chunks: Buffer[] = [];
  for await (const chunk of decryptMedia(blob.read(0, blob.byteLength - 1), mediaKey, kind))
    chunks.push(chunk);
  return Buffer.concat(chunks);
}
