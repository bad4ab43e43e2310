import { createReadStream, createWriteStream } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { WharfError } from '../../errors/errors.js';

/** Of SQLite's log: what changes when it is begun anew. */
const WAL_HEADER_BYTES = 32;

/** A log is begun anew every few thousand pages; that it happens in each of so many copies means that the disk is too slow. */
const TRIES = 20;

/**
 * Copies a database with its log while other processes write to it, also one that its process holds for itself alone.
 *
 * The copy is what a crash at that moment would have left. A checkpoint that runs meanwhile may tear pages of the copied
 * file, but each of those is in the log as well, as long as the log was not begun anew: then the copy is made again.
 *
 * @throws WharfError STORAGE_IN_USE
 */
export async function copyLive(file: string, target: string): Promise<void> {
  const log = `${file}-wal`;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const before = await headerOf(log);
    await copy(file, target);
    await rm(`${target}-wal`, { force: true });
    if (before.length > 0) await copy(log, `${target}-wal`).catch(unlessMissing);
    if (before.equals(await headerOf(log))) return;
  }
  throw new WharfError('STORAGE_IN_USE');
}

const copy = (from: string, to: string) =>
  pipeline(createReadStream(from), createWriteStream(to, { mode: 0o600 }));

/** Empty where there is no log, or none with anything in it. */
async function headerOf(log: string): Promise<Buffer> {
  try {
    const handle = await open(log, 'r');
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(WAL_HEADER_BYTES), 0, WAL_HEADER_BYTES, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (error) {
    unlessMissing(error);
    return Buffer.alloc(0);
  }
}

export function unlessMissing(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
}
