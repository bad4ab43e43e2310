import { createHash, randomBytes } from 'node:crypto';
import { WharfError } from '../errors/errors.js';
import type { MediaReference } from '../types/content-parts.js';
import type { MediaContent, MediaType } from '../types/media.js';
import { free } from '../util/free.js';
import type { MediaHosts, MediaWire } from '../wire/media.js';
import { call, readShort } from './http.js';
import { encryptedSize, encryptMedia } from './media-cipher.js';

/** Where the hosts take what; a sticker is an image to them. */
const PATHS: Record<MediaType, string> = {
  image: '/mms/image',
  video: '/mms/video',
  audio: '/mms/audio',
  document: '/mms/document',
  sticker: '/mms/image',
  'link-thumbnail': '/mms/image',
};

export interface Upload {
  content: MediaContent & { mimetype: string };
  type: MediaType;
  /** For a channel: everybody may read it, and it is not encrypted. */
  isPublic: boolean;
  /** Reads the content from its beginning, as often as it is called. What it gives is used up. */
  open(): AsyncIterable<Uint8Array>;
}

interface Body {
  /** Where the hosts take it. */
  path: string;
  /** What they check it by. */
  sha256: Buffer;
  size: number;
  open(): AsyncIterable<Uint8Array>;
}

/**
 * Encrypts media and uploads it as it is read; what a message needs to refer to it.
 *
 * It is read and encrypted twice, first for the hash that the hosts want to know beforehand: that takes less than a copy on
 * the disk, and no memory.
 *
 * @throws WharfError MEDIA_UPLOAD_FAILED, MEDIA_TOO_LARGE
 */
export async function uploadMedia(
  { content, type, isPublic, open }: Upload,
  wire: MediaWire,
  signal: AbortSignal,
): Promise<MediaReference> {
  if (isPublic) {
    const path = PATHS[type].replace('/mms/', '/newsletter/newsletter-');
    const sha256 = Buffer.from(content.sha256, 'base64');
    return {
      ...content,
      ...(await uploadAnywhere({ path, sha256, size: content.sizeBytes, open }, wire, signal)),
    };
  }
  const mediaKey = randomBytes(32);
  const encrypted = {
    size: encryptedSize(content.sizeBytes),
    open: () => encryptMedia(spent(open()), mediaKey, type),
  };
  const hash = createHash('sha256');
  for await (const bytes of encrypted.open()) {
    hash.update(bytes);
    free(bytes);
  }
  const encSha256 = hash.digest();
  const body = { ...encrypted, path: PATHS[type], sha256: encSha256 };
  const { handle: _, ...place } = await uploadAnywhere(body, wire, signal);
  return {
    ...content,
    ...place,
    encSha256: encSha256.toString('base64'),
    mediaKey: mediaKey.toString('base64'),
  };
}

/** What was read is of no use once it is encrypted. */
async function* spent(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const bytes of content) {
    yield bytes;
    free(bytes);
  }
}

type Place = Pick<MediaReference, 'directPath' | 'url' | 'handle'>;

/** Tries each host, and all of them again with a new permission. */
async function uploadAnywhere(body: Body, wire: MediaWire, signal: AbortSignal): Promise<Place> {
  let failure: unknown;
  for (const isAnew of [false, true]) {
    const known = await wire.hosts(isAnew).catch((cause: unknown) => {
      throw new WharfError('MEDIA_UPLOAD_FAILED', { cause, details: { reason: 'not_connected' } });
    });
    const fitting = known.hosts.filter(({ maxBytes }) => body.size <= maxBytes);
    if (known.hosts.length > 0 && fitting.length === 0) {
      const maxBytes = Math.max(...known.hosts.map((host) => host.maxBytes));
      throw new WharfError('MEDIA_TOO_LARGE', { details: { maxBytes } });
    }
    for (const { hostname } of fitting) {
      try {
        return await uploadTo(hostname, known, body, signal);
      } catch (error) {
        failure = error;
        if (signal.aborted) break;
      }
    }
  }
  throw new WharfError('MEDIA_UPLOAD_FAILED', {
    cause: failure,
    details: failure instanceof WharfError ? failure.details : {},
  });
}

async function uploadTo(
  hostname: string,
  { auth }: MediaHosts,
  { path, sha256, size, open }: Body,
  signal: AbortSignal,
): Promise<Place> {
  const token = sha256.toString('base64url');
  const query = new URLSearchParams({ auth, token });
  const answer = await call(new URL(`https://${hostname}${path}/${token}?${query}`), {
    method: 'POST',
    headers: {
      origin: 'https://web.whatsapp.com',
      'content-type': 'application/octet-stream',
      'content-length': String(size),
    },
    body: open(),
    signal,
  });
  const text = await readShort(answer);
  const place = answer.statusCode === 200 ? readPlace(text) : undefined;
  if (!place) throw new WharfError('MEDIA_UPLOAD_FAILED', { details: { status: answer.statusCode } });
  return place;
}

function readPlace(text: string): Place | undefined {
  try {
    const { url, direct_path: directPath, handle } = JSON.parse(text) as Record<string, unknown>;
    if (typeof directPath !== 'string') return undefined;
    const known = typeof handle === 'string' ? { handle } : {};
    return { directPath, ...(typeof url === 'string' ? { url } : {}), ...known };
  } catch {
    return undefined;
  }
}
