import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { WharfError } from '../../errors/errors.js';
import { type Database, openFile } from './driver.js';
import { isBusy, storageError } from './storage-error.js';

/** How long opening waits for another process that is setting the storage up. */
const PATIENCE_MS = 5_000;

/**
 * Takes part in a storage until the result is called: together with others, or alone to turn it inside out.
 *
 * The kernel keeps the lock, on an empty file of its own, and frees it when the process dies.
 *
 * @throws WharfError STORAGE_IN_USE, STORAGE_NOT_WRITABLE
 */
export function lockStorage(storage: string, how: 'shared' | 'alone', { isPatient = true } = {}): () => void {
  const file = join(storage, 'storage.lock');
  let db: Database | undefined;
  try {
    db = openFile(file, undefined, isPatient ? PATIENCE_MS : 0);
    db.exec(how === 'alone' ? 'BEGIN EXCLUSIVE' : 'BEGIN');
    // The first read is what takes a shared lock.
    db.prepare('SELECT 1 FROM sqlite_master').get();
    chmodSync(file, 0o600);
  } catch (error) {
    db?.close();
    throw isBusy(error) ? new WharfError('STORAGE_IN_USE', { cause: error }) : storageError(error);
  }
  const held = db;
  return () => void held.close();
}
