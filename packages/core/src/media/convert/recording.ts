import { Readable } from 'node:stream';
import { runFfmpeg } from './ffmpeg.js';

/**
 * Reads how long a sound or video is, in seconds, without ffmpeg; undefined for what cannot be read.
 *
 * Of the kept libraries for it this is the one that Baileys brings along anyway.
 */
export async function readSeconds(
  content: AsyncIterable<Uint8Array>,
  { mimetype, sizeBytes: size }: { mimetype: string; sizeBytes: number },
): Promise<number | undefined> {
  const { parseStream } = await import('music-metadata');
  const stream = Readable.from(content, { objectMode: false });
  try {
    const options = { duration: true, skipCovers: true };
    const { format } = await parseStream(stream, { mimeType: mimetype, size }, options);
    return format.duration ? Math.max(1, Math.round(format.duration)) : undefined;
  } catch {
    return undefined;
  } finally {
    stream.destroy();
  }
}

/** The first picture of a video, as it is seen: a JPEG of its full size. */
export function firstPicture(
  content: AsyncIterable<Uint8Array>,
  signal?: AbortSignal,
): AsyncGenerator<Buffer> {
  const picture = ['-an', '-frames:v', '1', '-c:v', 'mjpeg', '-q:v', '3', '-f', 'image2pipe'];
  return runFfmpeg(content, picture, signal);
}
