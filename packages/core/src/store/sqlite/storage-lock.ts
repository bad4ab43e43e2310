import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { bounds } from '../../bounds.js';
import { WharfError } from '../../errors/errors.js';
import { type Database, openFile } from './driver.js';
import { isBusy, storageError } from './storage-error.js';

/** How often a lock that somebody else holds is tried again. */
const RETRY_MS = 25;

/**
 * Takes part in a storage until the result is called: together with others, or alone to turn it inside out.
 *
 * Gives up waiting, with undefined, when the lock is not needed any more because its holder has done the work.
 *
 * The kernel keeps the lock, on an empty file of its own, and frees it when the process dies.
 *
 * @throws WharfError STORAGE_IN_USE, STORAGE_NOT_WRITABLE
 */
export async function lockStorage(
  storage: string,
  how: 'shared' | 'alone',
  { waitMs = bounds.openStorageMs as number, isNeeded = (): boolean => true } = {},
): Promise<(() => void) | undefined> {
  const deadline = performance.now() + waitMs;
  while (isNeeded()) {
    try {
      return takeLock(join(storage, 'storage.lock'), how);
    } catch (error) {
      if (!isBusy(error)) throw storageError(error);
      if (performance.now() >= deadline) throw new WharfError('STORAGE_IN_USE', { cause: error });
      await sleep(RETRY_MS);
    }
  }
  return undefined;
}

function takeLock(file: string, how: 'shared' | 'alone'): () => void {
  let db: Database | undefined;
  try {
    db = openFile(file, undefined, 0);
    db.exec(how === 'alone' ? 'BEGIN EXCLUSIVE' : 'BEGIN');
    // The first read is what takes a shared lock.
    db.prepare('SELECT 1 FROM sqlite_master').get();
    chmodSync(file, 0o600);
  } catch (error) {
    db?.close();
    throw error;
  }
  const held = db;
  return () => void held.close();
}
