import { isWharfError, WharfError } from '../errors/errors.js';
import type { MediaContent, MediaKind } from '../types/media.js';
import { readImage, toJpeg, toSticker } from './convert/image.js';
import { firstPicture, readSeconds } from './convert/recording.js';
import { measureSound, toVoiceNote, VOICE_TYPE } from './convert/voice.js';

/** What is to be sent: a content of the library, and what it is by its bytes. */
export interface TakenMedia extends MediaContent {
  mimetype: string;
  fileName?: string;
}

/** Media as it can be sent, with what a message says of it. */
export interface PreparedMedia extends TakenMedia {
  /** Pixels, as it is seen. */
  width?: number;
  height?: number;
  seconds?: number;
  /** A small JPEG. */
  thumbnail?: Uint8Array;
  /** For a voice note: 64 bars from 0 to 100. */
  waveform?: Uint8Array;
}

/** Where contents are read from and put. */
export interface Workshop {
  read(sha256: string, start?: number, end?: number): AsyncIterable<Uint8Array>;
  /** Keeps what was made of a content. */
  put(content: AsyncIterable<Uint8Array>): Promise<MediaContent>;
  signal: AbortSignal;
}

/** A picture is held in memory to be looked at. */
const MAX_IMAGE_BYTES = 64 * 1024 ** 2;

/**
 * Makes of media what can be sent as a kind, converts it where it must be, and finds out what a message says of it.
 *
 * A thumbnail, a size or a length that cannot be found out is left out: the media can be sent without.
 *
 * @throws WharfError MEDIA_TYPE_UNSUITABLE, MEDIA_TOO_LARGE, MEDIA_CONVERTER_MISSING, MEDIA_CONVERSION_FAILED, one of kind storage
 */
export async function prepareMedia(
  kind: MediaKind,
  taken: TakenMedia,
  workshop: Workshop,
): Promise<PreparedMedia> {
  const isOf = (...types: string[]) => types.some((type) => taken.mimetype.startsWith(type));
  const isSuitable = {
    image: isOf('image/'),
    sticker: isOf('image/'),
    video: isOf('video/mp4', 'video/3gpp'),
    gif: isOf('video/mp4'),
    video_note: isOf('video/mp4'),
    audio: isOf('audio/'),
    voice: isOf('audio/', 'video/'),
    document: true,
  }[kind];
  if (!isSuitable) throw unsuitable(kind, taken);
  switch (kind) {
    case 'image':
      return prepareImage(kind, taken, workshop, {
        fits: ['image/jpeg', 'image/png'],
        convert: toJpeg,
        to: 'image/jpeg',
      });
    case 'sticker':
      return prepareImage(kind, taken, workshop, {
        fits: ['image/webp'],
        convert: toSticker,
        to: 'image/webp',
      });
    case 'video':
    case 'gif':
    case 'video_note':
      return prepareVideo(taken, workshop);
    case 'audio':
      return { ...taken, ...(await lengthOf(taken, workshop)) };
    case 'voice':
      return prepareVoice(taken, workshop);
    case 'document':
      return taken;
  }
}

const unsuitable = (kind: MediaKind, { mimetype }: TakenMedia) =>
  new WharfError('MEDIA_TYPE_UNSUITABLE', { details: { kind, mimetype } });

interface ImageForm {
  fits: string[];
  convert(content: AsyncIterable<Uint8Array>): Promise<Uint8Array | undefined>;
  to: string;
}

async function prepareImage(
  kind: MediaKind,
  taken: TakenMedia,
  workshop: Workshop,
  { fits, convert, to }: ImageForm,
): Promise<PreparedMedia> {
  if (taken.sizeBytes > MAX_IMAGE_BYTES) {
    throw new WharfError('MEDIA_TOO_LARGE', { details: { maxBytes: MAX_IMAGE_BYTES } });
  }
  let image = taken;
  if (!fits.includes(taken.mimetype)) {
    const converted = await convert(workshop.read(taken.sha256));
    if (!converted) throw unsuitable(kind, taken);
    image = { ...taken, ...(await workshop.put(only(converted))), mimetype: to };
  }
  return { ...image, ...(await ifPossible(() => readImage(workshop.read(image.sha256)))) };
}

async function prepareVideo(taken: TakenMedia, { read, signal }: Workshop): Promise<PreparedMedia> {
  const picture = await ifPossible(() => readImage(firstPicture(read(taken.sha256), signal)));
  return { ...taken, ...picture, ...(await lengthOf(taken, { read })) };
}

async function prepareVoice(taken: TakenMedia, workshop: Workshop): Promise<PreparedMedia> {
  const { read, put, signal } = workshop;
  const isReady = taken.mimetype === VOICE_TYPE;
  const made = isReady ? taken : await put(toVoiceNote(read(taken.sha256), signal));
  const voice = { ...taken, ...made, mimetype: VOICE_TYPE };
  const sound = await ifPossible(() => measureSound(read(voice.sha256), signal));
  return { ...voice, ...(sound ?? (await lengthOf(voice, workshop))) };
}

async function lengthOf(taken: TakenMedia, { read }: Pick<Workshop, 'read'>): Promise<{ seconds?: number }> {
  const seconds = await readSeconds((start, end) => read(taken.sha256, start, end), taken);
  return seconds === undefined ? {} : { seconds };
}

async function* only(content: Uint8Array): AsyncGenerator<Uint8Array> {
  yield content;
}

/** What is nice to have: without the tool for it, or for a content that the tool cannot read, there is none. */
async function ifPossible<T>(make: () => Promise<T>): Promise<T | undefined> {
  try {
    return await make();
  } catch (error) {
    const isMissing =
      isWharfError(error) &&
      (error.code === 'MEDIA_CONVERTER_MISSING' || error.code === 'MEDIA_CONVERSION_FAILED');
    if (isMissing) return undefined;
    throw error;
  }
}
