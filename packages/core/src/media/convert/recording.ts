import { runFfmpeg } from './ffmpeg.js';

/** Reads the bytes of a content from `start` up to and without `end`. */
type ReadRange = (start: number, end: number) => AsyncIterable<Uint8Array>;

/** So much of a recording is held: what follows is most often in it. */
const WINDOW_BYTES = 64 * 1024;

/**
 * Reads how long a sound or video is, in seconds, without ffmpeg; undefined for what cannot be read.
 *
 * Only what tells it is read: of a film, not the pictures. Of the kept libraries for it this is the one that Baileys brings along
 * anyway.
 */
export async function readSeconds(
  read: ReadRange,
  { mimetype, sizeBytes }: { mimetype: string; sizeBytes: number },
): Promise<number | undefined> {
  const { parseBlob } = await import('music-metadata');
  try {
    const { format } = await parseBlob(blobOf(read, mimetype, sizeBytes), {
      duration: true,
      skipCovers: true,
    });
    return format.duration ? Math.max(1, Math.round(format.duration)) : undefined;
  } catch {
    return undefined;
  }
}

/** As much of a `Blob` as the library asks for. */
function blobOf(read: ReadRange, type: string, size: number): Blob {
  let at = 0;
  let held: Uint8Array = new Uint8Array();
  const bytes = async (start: number, end: number): Promise<Uint8Array> => {
    if (start < at || end > at + held.length) {
      // On a window's edge, as the library is sealed in pieces.
      at = start - (start % WINDOW_BYTES);
      held = await collect(read(at, Math.min(size, Math.max(end, at + WINDOW_BYTES))));
    }
    return held.subarray(start - at, end - at);
  };
  const slice = (start = 0, end = size) => ({
    arrayBuffer: async () => Uint8Array.from(await bytes(start, Math.min(end, size))).buffer,
  });
  return { size, type, slice } as Blob;
}

async function collect(content: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const bytes of content) parts.push(bytes);
  return Buffer.concat(parts);
}

/** The first picture of a video, as it is seen: a JPEG of its full size. */
export function firstPicture(
  content: AsyncIterable<Uint8Array>,
  signal?: AbortSignal,
): AsyncGenerator<Buffer> {
  const picture = ['-an', '-frames:v', '1', '-c:v', 'mjpeg', '-q:v', '3', '-f', 'image2pipe'];
  return runFfmpeg(content, picture, signal);
}
