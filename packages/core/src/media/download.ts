import type { IncomingMessage } from 'node:http';
import { isWharfError, WharfError } from '../errors/errors.js';
import type { MediaReference } from '../types/content-parts.js';
import type { DownloadType } from '../types/media.js';
import type { MediaMessage, MediaWire } from '../wire/media.js';
import { downloadUrls } from './hosts.js';
import { bytesOf, call } from './http.js';
import { decryptMedia } from './media-cipher.js';

/** What is to be fetched. */
export interface Download {
  reference: MediaReference;
  type: DownloadType;
  /** Whose media it is: the phone is asked for what WhatsApp has forgotten. */
  message: MediaMessage;
}

/** The media is not at its path any more. */
const GONE = [403, 404, 410];

/** How often in a row a server may fail, without a byte in between. */
const FAILURES = 4;

/** Web clients send it; the hosts expect it. */
const ORIGIN = { origin: 'https://web.whatsapp.com' };

/**
 * Fetches and decrypts media as it comes; what it gives is genuine only once it has come to its end, and is there until more is
 * asked for.
 *
 * What has expired is uploaded again by the own phone, once.
 *
 * @throws WharfError MEDIA_EXPIRED, MEDIA_DOWNLOAD_FAILED, MEDIA_TOO_LARGE, MEDIA_CORRUPT
 */
export async function* openDownload(
  { reference, type, message }: Download,
  wire: MediaWire,
  { maxBytes, signal }: { maxBytes: number; signal: AbortSignal },
): AsyncGenerator<Buffer> {
  const encrypted = encryptedBytes({ reference, message }, wire, signal);
  const limited = atMost(encrypted, maxBytes);
  // What is posted in channels is not encrypted; then the hash of the content is all that vouches for it.
  if (!reference.mediaKey && !reference.sha256) throw new WharfError('MEDIA_CORRUPT');
  if (!reference.mediaKey) return yield* limited;
  const mediaKey = Buffer.from(reference.mediaKey, 'base64');
  yield* decryptMedia(limited, { mediaKey, encSha256: reference.encSha256 }, type);
}

/** Whether the servers say that they do not have the media any more. */
export async function isGone(
  reference: MediaReference,
  wire: MediaWire,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    const [url] = downloadUrls(reference, await wire.hosts());
    if (!url) return false;
    const answer = await call(url, { headers: { ...ORIGIN, range: 'bytes=0-0' }, signal });
    answer.destroy();
    return GONE.includes(answer.statusCode ?? 0);
  } catch {
    return false;
  }
}

async function* encryptedBytes(
  { reference, message }: Omit<Download, 'type'>,
  wire: MediaWire,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const hosts = await wire.hosts().catch((cause: unknown) => {
    throw new WharfError('MEDIA_DOWNLOAD_FAILED', { cause, details: { reason: 'not_connected' } });
  });
  let received = 0;
  try {
    for await (const bytes of bytesFrom(downloadUrls(reference, hosts), received, signal)) {
      received += bytes.length;
      yield bytes;
    }
  } catch (error) {
    const isGone = isWharfError(error) && error.code === 'MEDIA_EXPIRED';
    if (!isGone || !reference.mediaKey) throw error;
    const directPath = await wire.requestUpload(message, Buffer.from(reference.mediaKey, 'base64'));
    yield* bytesFrom(downloadUrls({ directPath }, hosts), received, signal);
  }
}

/** The bytes at some addresses that lead to the same, from an offset on; goes on where a connection broke off. */
async function* bytesFrom(urls: URL[], offset: number, signal: AbortSignal): AsyncGenerator<Buffer> {
  let received = offset;
  let failures = 0;
  let failure: unknown;
  while (failures < FAILURES) {
    const url = urls[failures % urls.length];
    if (!url) break;
    const before = received;
    try {
      for await (const bytes of await ask(url, received, signal)) {
        received += bytes.length;
        yield bytes;
      }
      return;
    } catch (error) {
      if (isWharfError(error) && error.code === 'MEDIA_EXPIRED') throw error;
      if (signal.aborted) break;
      failure = error;
      failures = received > before ? 0 : failures + 1;
    }
  }
  throw new WharfError('MEDIA_DOWNLOAD_FAILED', {
    cause: failure,
    details: isWharfError(failure) ? failure.details : {},
  });
}

/** Asks for everything from an offset on. @throws WharfError MEDIA_EXPIRED, MEDIA_DOWNLOAD_FAILED */
async function ask(url: URL, offset: number, signal: AbortSignal): Promise<AsyncIterable<Buffer>> {
  const range: Record<string, string> = offset > 0 ? { range: `bytes=${offset}-` } : {};
  const answer = await call(url, { headers: { ...ORIGIN, ...range }, signal });
  const status = answer.statusCode ?? 0;
  if (status === 206 && answer.headers['content-range']?.startsWith(`bytes ${offset}-`))
    return bytesOf(answer);
  if (status === 200) return offset > 0 ? skip(answer, offset) : bytesOf(answer);
  answer.destroy();
  throw new WharfError(GONE.includes(status) ? 'MEDIA_EXPIRED' : 'MEDIA_DOWNLOAD_FAILED', {
    details: { status },
  });
}

/** For a server that knows no ranges. */
async function* skip(answer: IncomingMessage, count: number): AsyncGenerator<Buffer> {
  let left = count;
  for await (const bytes of bytesOf(answer)) {
    if (bytes.length > left) yield bytes.subarray(left);
    left = Math.max(0, left - bytes.length);
  }
}

async function* atMost(content: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<Buffer> {
  let size = 0;
  for await (const bytes of content) {
    size += bytes.length;
    if (size > maxBytes) throw new WharfError('MEDIA_TOO_LARGE', { details: { maxBytes } });
    yield bytes;
  }
}
