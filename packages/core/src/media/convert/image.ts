import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { WharfError } from '../../errors/errors.js';

/** The small picture that is shown until the media has been fetched: its longer side. */
const THUMBNAIL_PIXELS = 96;

/** A picture that claims to be larger is not opened: some are made to fill the memory. */
const MOST_PIXELS = 100_000_000;

/** The picture of a profile or a group is a square. */
const PROFILE_PIXELS = 640;

/** A sticker is a square. */
const STICKER_PIXELS = 512;

export interface ImageFacts {
  width: number;
  height: number;
  /** JPEG. */
  thumbnail: Uint8Array;
}

type Sharp = typeof import('sharp').default;

let loading: Promise<Sharp | undefined> | undefined;

/** It has native parts, and is missing on a platform that it has none for. */
function loadSharp(): Promise<Sharp | undefined> {
  loading ??= import('sharp').then(
    ({ default: sharp }) => {
      // No picture is needed twice.
      sharp.cache(false);
      return sharp;
    },
    () => undefined,
  );
  return loading;
}

/** Makes a picture of what is read, with a limit on its size. @throws WharfError MEDIA_CONVERSION_FAILED */
async function withImage<T>(
  content: AsyncIterable<Uint8Array>,
  use: (image: import('sharp').Sharp) => Promise<T>,
): Promise<T | undefined> {
  const sharp = await loadSharp();
  if (!sharp) return undefined;
  const image = sharp({ limitInputPixels: MOST_PIXELS, sequentialRead: true });
  const fed = pipeline(Readable.from(content, { objectMode: false }), image);
  try {
    const [result] = await Promise.all([use(image), fed]);
    return result;
  } catch (cause) {
    image.destroy();
    throw cause instanceof WharfError ? cause : new WharfError('MEDIA_CONVERSION_FAILED', { cause });
  }
}

/** The size of a picture as it is seen, and its thumbnail; undefined without sharp. @throws WharfError MEDIA_CONVERSION_FAILED */
export function readImage(content: AsyncIterable<Uint8Array>): Promise<ImageFacts | undefined> {
  return withImage(content, async (image) => {
    const small = image
      .clone()
      .autoOrient()
      .resize(THUMBNAIL_PIXELS, THUMBNAIL_PIXELS, { fit: 'inside', withoutEnlargement: true });
    const [{ autoOrient }, thumbnail] = await Promise.all([
      image.metadata(),
      small.flatten({ background: 'white' }).jpeg({ quality: 50 }).toBuffer(),
    ]);
    return { ...autoOrient, thumbnail };
  });
}

/** Makes a JPEG of any picture, as it is seen, without what else is in the file: place, camera, comments. */
export async function toJpeg(content: AsyncIterable<Uint8Array>): Promise<Uint8Array | undefined> {
  return withImage(content, (image) =>
    image.autoOrient().flatten({ background: 'white' }).jpeg({ quality: 90 }).toBuffer(),
  );
}

/** Makes a sticker of any picture. */
export async function toSticker(content: AsyncIterable<Uint8Array>): Promise<Uint8Array | undefined> {
  const frame = { fit: 'contain' as const, background: { r: 0, g: 0, b: 0, alpha: 0 } };
  return withImage(content, (image) =>
    image.autoOrient().resize(STICKER_PIXELS, STICKER_PIXELS, frame).webp({ quality: 80 }).toBuffer(),
  );
}

/** Makes a square JPEG of the middle of any picture. Without sharp, a JPEG stays as it is. @throws WharfError MEDIA_CONVERSION_FAILED */
export async function toProfilePicture(content: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const bytes = await buffer(content);
  const made = await withImage(only(bytes), (image) =>
    image
      .autoOrient()
      .resize(PROFILE_PIXELS, PROFILE_PIXELS, { fit: 'cover' })
      .flatten({ background: 'white' })
      .jpeg({ quality: 85 })
      .toBuffer(),
  );
  if (made) return made;
  if (JPEG.every((byte, index) => bytes[index] === byte)) return bytes;
  throw new WharfError('MEDIA_CONVERSION_FAILED');
}

const JPEG = [0xff, 0xd8, 0xff];

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
