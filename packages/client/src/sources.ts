import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { WharfError } from '@wharf/core';

/** Bytes of this machine that a gateway is to send, and what is said of them. */
export interface Source {
  bytes: AsyncIterable<Uint8Array>;
  fileName?: string;
  mimetype?: string;
}

/** The media of a content, if it has some that the gateway cannot get by itself. */
export function sourceOf(content: unknown): Source | undefined {
  const media = (content as { media?: Record<string, unknown> } | undefined)?.media;
  if (typeof media !== 'object' || media === null) return undefined;
  const bytes = bytesOf(media);
  if (!bytes) return undefined;
  const { path, fileName = typeof path === 'string' ? basename(path) : undefined, mimetype } = media;
  return {
    bytes,
    ...(typeof fileName === 'string' ? { fileName } : {}),
    ...(typeof mimetype === 'string' ? { mimetype } : {}),
  };
}

/** A URL of the web and what the gateway has already are for the gateway. @throws WharfError MEDIA_SOURCE_INVALID */
function bytesOf({ path, data, stream, base64, url, sha256 }: Record<string, unknown>) {
  const given = [path, data, stream, base64, url].filter((value) => value !== undefined);
  if (sha256 === undefined && given.length > 1) throw new WharfError('MEDIA_SOURCE_INVALID');
  if (typeof path === 'string') return file(path);
  if (data instanceof Uint8Array) return only(data);
  if (typeof base64 === 'string') return only(Buffer.from(base64, 'base64'));
  if (isStream(stream)) return stream;
  return typeof url === 'string' && /^data:/i.test(url) ? dataUrl(url) : undefined;
}

const isStream = (value: unknown): value is AsyncIterable<Uint8Array> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value;

async function* only(data: Uint8Array): AsyncGenerator<Uint8Array> {
  yield data;
}

async function* file(path: string): AsyncGenerator<Uint8Array> {
  try {
    // A named pipe that nobody writes to would never open.
    if (!(await stat(path)).isFile()) throw new Error('This is no file.');
    yield* createReadStream(path) as AsyncIterable<Buffer>;
  } catch (cause) {
    throw cause instanceof WharfError ? cause : new WharfError('MEDIA_SOURCE_UNREADABLE', { cause });
  }
}

async function* dataUrl(url: string): AsyncGenerator<Uint8Array> {
  let response: Response;
  try {
    response = await fetch(url);
  } catch (cause) {
    throw new WharfError('MEDIA_SOURCE_INVALID', { cause });
  }
  yield new Uint8Array(await response.arrayBuffer());
}
