import { bounds } from '../../bounds.js';
import { WharfError } from '../../errors/errors.js';
import type { MediaSource } from '../../types/media.js';
import { collected } from '../../util/collected.js';
import { withDeadline } from '../../util/deadline.js';
import { decodeBase64, openDataUrl } from './base64.js';
import { openFile } from './file.js';
import { openRemote } from './remote.js';

/** What a source may be. */
export interface SourceRules {
  maxBytes: number;
  /** Which IP addresses a URL may lead to: see `public-address.ts`. */
  isAllowed(address: string): boolean;
  /** What no path may lead into: the storage. */
  forbiddenFolder: string;
  signal: AbortSignal;
}

/** Bytes that are to be sent, and what is said of them: nothing that has to be true. */
export interface OpenedSource {
  content: AsyncIterable<Uint8Array>;
  fileName?: string;
  mimetype?: string;
}

/**
 * Opens what is to be sent. Its bytes are read as they are asked for, and never held as a whole.
 *
 * @throws WharfError MEDIA_SOURCE_INVALID, MEDIA_FETCH_FAILED, MEDIA_ADDRESS_REFUSED, MEDIA_TOO_LARGE; while it is read
 * MEDIA_SOURCE_UNREADABLE, MEDIA_TOO_LARGE, MEDIA_EMPTY too
 */
export async function openSource(source: MediaSource, rules: SourceRules): Promise<OpenedSource> {
  const opened = await openAny(source, rules);
  return { ...opened, content: checked(opened.content, rules) };
}

async function openAny(source: MediaSource, rules: SourceRules): Promise<OpenedSource> {
  if (typeof source !== 'object' || source === null || Object.keys(source).length !== 1) throw invalid();
  if ('path' in source && typeof source.path === 'string') return openFile(source.path, rules);
  if ('base64' in source && typeof source.base64 === 'string') {
    return { content: decodeBase64(source.base64) };
  }
  if ('data' in source && source.data instanceof Uint8Array) return { content: only(source.data) };
  if ('stream' in source && typeof source.stream?.[Symbol.asyncIterator] === 'function') {
    return { content: collected(patiently(source.stream)) };
  }
  if ('url' in source && typeof source.url === 'string') {
    return /^data:/i.test(source.url) ? openDataUrl(source.url) : openRemote(source.url, rules);
  }
  throw invalid();
}

const invalid = () => new WharfError('MEDIA_SOURCE_INVALID');

async function* only(data: Uint8Array): AsyncGenerator<Uint8Array> {
  yield data;
}

/** Whoever writes the stream may forget to end it. */
async function* patiently(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream[Symbol.asyncIterator]();
  let isOver = false;
  try {
    for (;;) {
      const next = await withDeadline(reader.next(), bounds.mediaStallMs, () => {
        throw new Error('The stream has stalled.');
      });
      if (next.done) break;
      if (!(next.value instanceof Uint8Array)) throw invalid();
      yield next.value;
    }
    isOver = true;
  } catch (cause) {
    throw cause instanceof WharfError ? cause : new WharfError('MEDIA_SOURCE_UNREADABLE', { cause });
  } finally {
    // Not awaited: one that has stalled may not answer to this, either.
    if (!isOver) reader.return?.()?.catch(() => undefined);
  }
}

async function* checked(
  content: AsyncIterable<Uint8Array>,
  { maxBytes, signal }: SourceRules,
): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const bytes of content) {
    if (signal.aborted) throw new WharfError('MEDIA_SOURCE_UNREADABLE', { cause: signal.reason });
    size += bytes.length;
    if (size > maxBytes) throw new WharfError('MEDIA_TOO_LARGE', { details: { maxBytes } });
    yield bytes;
  }
  if (size === 0) throw new WharfError('MEDIA_EMPTY');
}
