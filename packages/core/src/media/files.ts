import { createHash, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { type FileHandle, open, opendir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { WharfError } from '../errors/errors.js';
import { fileError } from '../store/file-error.js';
import { makeFolder } from '../store/folders.js';
import type { MediaFile } from '../store/media.js';
import type { MediaContent } from '../types/media.js';
import { FairTurns } from '../util/event-loop.js';
import { free } from '../util/free.js';
import { CHUNK_BYTES, FileSealer, openChunk, sealedRange } from './file-cipher.js';

const sweepTurns = new FairTurns();

/** What is being written. Nobody but its writer knows it yet. */
const PART = '.part';

/** A file that nobody knows and nobody has written to for so long was left by a process that died: every wait of a writer is shorter. */
const LEFT_MS = 10 * 60_000;

/**
 * The files of the media folder: sealed, under names that say nothing, and each there as a whole or not at all.
 *
 * They are sealed in a storage without a key, too. Their keys are in `wharf.db`, so encrypting, re-keying or decrypting that one
 * does the same to all of them.
 */
export class MediaFiles {
  constructor(
    private readonly folder: string,
    /** Whether a file must outlast a loss of power once it counts. */
    private readonly isSynced: boolean,
  ) {}

  /**
   * Writes a content as it comes, and makes sure that it has the hash it should have.
   *
   * @throws WharfError MEDIA_CORRUPT, STORAGE_FULL, STORAGE_NOT_WRITABLE; what `content` throws
   */
  async write(content: AsyncIterable<Uint8Array>, sha256?: string): Promise<MediaFile> {
    const file = randomBytes(16).toString('hex');
    const key = randomBytes(32);
    const part = this.#path(`${file}${PART}`);
    try {
      makeFolder(this.folder);
      const handle = await open(part, 'wx', 0o600);
      const written = await this.#fill(handle, content, key).finally(() => handle.close());
      if (sha256 && written.sha256 !== sha256) throw new WharfError('MEDIA_CORRUPT');
      await rename(part, this.#path(file));
      return { file, key, ...written };
    } catch (error) {
      await rm(part, { force: true }).catch(() => undefined);
      throw fileError(error);
    }
  }

  /**
   * Reads a content, or the bytes from `start` up to and without `end`, a chunk at a time.
   *
   * @throws WharfError MEDIA_NOT_STORED when the file is not there or is not what was written
   */
  async *read({ file, key, sizeBytes }: MediaFile, start = 0, end = sizeBytes): AsyncGenerator<Buffer> {
    const handle = await open(this.#path(file), 'r').catch((cause: unknown) => {
      throw new WharfError('MEDIA_NOT_STORED', { cause });
    });
    try {
      const secret = createSecretKey(key);
      const buffer = Buffer.allocUnsafeSlow(sealedRange(0, sizeBytes).length);
      const last = Math.max(0, Math.ceil(sizeBytes / CHUNK_BYTES) - 1);
      for (let index = Math.floor(start / CHUNK_BYTES); index * CHUNK_BYTES < end; index += 1) {
        const { at, length } = sealedRange(index, sizeBytes);
        const { bytesRead } = await handle.read(buffer, 0, length, at);
        const chunk = opened(buffer.subarray(0, bytesRead), secret, index, index === last);
        const before = index * CHUNK_BYTES;
        yield chunk.subarray(Math.max(0, start - before), end - before);
      }
    } finally {
      await handle.close();
    }
  }

  /** Does nothing when it is not there, or cannot be deleted now: the next sweep finds it. */
  async delete(file: string): Promise<void> {
    await rm(this.#path(file), { force: true }).catch(() => undefined);
  }

  /** Deletes what dead processes have left: what they were writing, and what nobody knows of. */
  async sweep(isKnown: (file: string) => boolean, now: number): Promise<void> {
    const folder = await opendir(this.folder).catch(() => undefined);
    if (!folder) return;
    for await (const { name } of folder) {
      await sweepTurns.giveWay();
      if (isKnown(name)) continue;
      const path = this.#path(name);
      const found = await stat(path).catch(() => undefined);
      if (found?.isFile() && found.mtimeMs < now - LEFT_MS) await this.delete(name);
    }
  }

  async #fill(
    handle: FileHandle,
    content: AsyncIterable<Uint8Array>,
    key: Uint8Array,
  ): Promise<MediaContent> {
    const sealer = new FileSealer(key);
    const hash = createHash('sha256');
    let sizeBytes = 0;
    for await (const bytes of content) {
      hash.update(bytes);
      sizeBytes += bytes.length;
      await writeAll(handle, [...sealer.add(bytes)]);
    }
    await writeAll(handle, [...sealer.end()]);
    if (this.isSynced) await handle.sync();
    return { sha256: hash.digest('base64'), sizeBytes };
  }

  #path(name: string): string {
    return join(this.folder, name);
  }
}

/** Writes what nobody needs any more. A full disk may take a part of it and say so only the next time. */
async function writeAll(handle: FileHandle, parts: Buffer[]): Promise<void> {
  for (let left = parts; left.length > 0; ) {
    const { bytesWritten } = await handle.writev(left);
    left = without(left, bytesWritten);
  }
  for (const bytes of parts) free(bytes);
}

/** The parts without so many bytes at their beginning. */
function without(parts: Buffer[], count: number): Buffer[] {
  const [first, ...others] = parts;
  if (!first) return [];
  if (count < first.length) return [first.subarray(count), ...others];
  return without(others, count - first.length);
}

function opened(sealed: Buffer, key: KeyObject, index: number, isLast: boolean): Buffer {
  try {
    return openChunk(sealed, key, index, isLast);
  } catch (cause) {
    throw new WharfError('MEDIA_NOT_STORED', { cause });
  }
}
