import { constants } from 'node:fs';
import { open, realpath } from 'node:fs/promises';
import { basename } from 'node:path';
import { WharfError } from '../../errors/errors.js';
import type { OpenedSource, SourceRules } from './open-source.js';
import { isWithin } from './within.js';

/** How much is read at once. */
const PIECE_BYTES = 64 * 1024;

/** Opens a file when it is read. What it gives is there until more is asked for. */
export function openFile(path: string, rules: SourceRules): OpenedSource {
  return { content: bytesOf(path, rules), fileName: basename(path) };
}

async function* bytesOf(
  path: string,
  { maxBytes, forbiddenFolder }: SourceRules,
): AsyncGenerator<Uint8Array> {
  try {
    const real = await realpath(path);
    // Keys are in there; and whoever closes a database that this process has open frees its locks.
    if (isWithin(await realpath(forbiddenFolder).catch(() => forbiddenFolder), real)) {
      throw new Error('The path leads into the storage.');
    }
    // Without blocking: a named pipe that nobody writes to would never open.
    const handle = await open(real, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const found = await handle.stat();
      if (!found.isFile()) throw new Error('This is no file.');
      if (found.size > maxBytes) throw new WharfError('MEDIA_TOO_LARGE', { details: { maxBytes } });
      const piece = Buffer.allocUnsafeSlow(PIECE_BYTES);
      for (;;) {
        const { bytesRead } = await handle.read(piece, 0, PIECE_BYTES);
        if (bytesRead === 0) return;
        yield piece.subarray(0, bytesRead);
      }
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw cause instanceof WharfError ? cause : new WharfError('MEDIA_SOURCE_UNREADABLE', { cause });
  }
}
