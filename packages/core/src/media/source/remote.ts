import type { IncomingMessage } from 'node:http';
import { isWharfError, WharfError } from '../../errors/errors.js';
import { bytesOf, call } from '../http.js';
import type { OpenedSource, SourceRules } from './open-source.js';
import { assertAllowedHost, guardedLookup } from './public-address.js';

const REDIRECTS = 5;

/**
 * Fetches a URL and follows its redirects; every step must lead to an address that is allowed.
 *
 * @throws WharfError MEDIA_SOURCE_INVALID, MEDIA_ADDRESS_REFUSED, MEDIA_FETCH_FAILED, MEDIA_TOO_LARGE
 */
export async function openRemote(text: string, rules: SourceRules): Promise<OpenedSource> {
  if (!URL.canParse(text)) throw new WharfError('MEDIA_SOURCE_INVALID');
  let url = new URL(text);
  for (let step = 0; step <= REDIRECTS; step += 1) {
    const answer = await ask(url, rules);
    const { statusCode: status = 0, headers } = answer;
    if (status === 200) return read(answer, url, rules);
    answer.destroy();
    if (status < 300 || status >= 400 || !headers.location || !URL.canParse(headers.location, url.href)) {
      throw new WharfError('MEDIA_FETCH_FAILED', { details: { status } });
    }
    url = new URL(headers.location, url);
  }
  throw new WharfError('MEDIA_FETCH_FAILED', { details: { reason: 'too_many_redirects' } });
}

async function ask(url: URL, { isAllowed, signal }: SourceRules): Promise<IncomingMessage> {
  if (!['http:', 'https:'].includes(url.protocol)) throw new WharfError('MEDIA_SOURCE_INVALID');
  assertAllowedHost(url, isAllowed);
  // Compressed, the size would say nothing.
  const headers = { 'accept-encoding': 'identity', 'user-agent': 'wharf' };
  try {
    return await call(url, { headers, signal, lookup: guardedLookup(isAllowed) });
  } catch (cause) {
    throw isWharfError(cause) ? cause : new WharfError('MEDIA_FETCH_FAILED', { cause });
  }
}

function read(answer: IncomingMessage, url: URL, { maxBytes }: SourceRules): OpenedSource {
  const { headers } = answer;
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity' || Number(headers['content-length'] ?? 0) > maxBytes) {
    answer.destroy();
    throw encoding === 'identity'
      ? new WharfError('MEDIA_TOO_LARGE', { details: { maxBytes } })
      : new WharfError('MEDIA_FETCH_FAILED', { details: { reason: 'compressed' } });
  }
  const fileName = nameOf(headers['content-disposition'], url);
  const mimetype = headers['content-type']?.split(';')[0]?.trim();
  return {
    content: whole(answer),
    ...(fileName ? { fileName } : {}),
    ...(mimetype ? { mimetype } : {}),
  };
}

async function* whole(answer: IncomingMessage): AsyncGenerator<Buffer> {
  try {
    yield* bytesOf(answer);
  } catch (cause) {
    throw new WharfError('MEDIA_FETCH_FAILED', { cause, details: { reason: 'cut_off' } });
  }
}

/** The name that the server gives the file, or the last part of the path; without folders. */
function nameOf(disposition: string | undefined, { pathname }: URL): string | undefined {
  const extended = /filename\*\s*=\s*UTF-8''([^;\s]+)/i.exec(disposition ?? '')?.[1];
  const plain = /filename\s*=\s*(?:"([^"]*)"|([^;\s]+))/i.exec(disposition ?? '');
  const name = decoded(extended) ?? plain?.[1] ?? plain?.[2] ?? decoded(pathname);
  return name?.split(/[/\\]/).at(-1) || undefined;
}

function decoded(text: string | undefined): string | undefined {
  try {
    return text === undefined ? undefined : decodeURIComponent(text);
  } catch {
    return text;
  }
}
