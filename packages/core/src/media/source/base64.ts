import { WharfError } from '../../errors/errors.js';
import type { OpenedSource } from './open-source.js';

/** How many characters are decoded at once. */
const PIECE = 256 * 1024;

/** Decodes base64 piece by piece, either alphabet, line breaks allowed. @throws WharfError MEDIA_SOURCE_INVALID while it is read */
export async function* decodeBase64(text: string): AsyncGenerator<Buffer> {
  let held = '';
  for (let at = 0; at < text.length; at += PIECE) {
    const piece = held + text.slice(at, at + PIECE).replace(/\s+/g, '');
    const isLast = at + PIECE >= text.length;
    const whole = isLast ? piece.length : piece.length - (piece.length % 4);
    held = piece.slice(whole);
    yield decode(piece.slice(0, whole), isLast);
  }
}

/** Node.js itself skips what is not base64. */
function decode(piece: string, isLast: boolean): Buffer {
  const digits = isLast ? piece.replace(/={1,2}$/, '') : piece;
  if (!/^[A-Za-z0-9+/_-]*$/.test(digits) || digits.length % 4 === 1) {
    throw new WharfError('MEDIA_SOURCE_INVALID');
  }
  return Buffer.from(digits, 'base64');
}

/** @throws WharfError MEDIA_SOURCE_INVALID */
export function openDataUrl(url: string): OpenedSource {
  const comma = url.indexOf(',');
  if (comma < 0) throw new WharfError('MEDIA_SOURCE_INVALID');
  const [mimetype, ...parameters] = url.slice('data:'.length, comma).split(';');
  const rest = url.slice(comma + 1);
  const isBase64 = parameters.at(-1)?.trim().toLowerCase() === 'base64';
  return {
    content: isBase64 ? decodeBase64(rest) : decodePercent(rest),
    ...(mimetype ? { mimetype } : {}),
  };
}

async function* decodePercent(text: string): AsyncGenerator<Buffer> {
  try {
    yield Buffer.from(decodeURIComponent(text));
  } catch (cause) {
    throw new WharfError('MEDIA_SOURCE_INVALID', { cause });
  }
}
