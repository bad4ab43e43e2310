import { copyFile, readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { WharfError } from '../../errors/errors.js';
import { makeFolder } from '../folders.js';
import { hasUnfinishedConversion, isDatabase } from './conversion.js';
import { copyLive, unlessMissing } from './copy-live.js';
import { openFile } from './driver.js';
import { isNew } from './open-storage.js';
import { storageError } from './storage-error.js';
import { lockStorage } from './storage-lock.js';

/** How far a copy is. */
export interface CopyProgress {
  files: number;
  ofFiles: number;
}

/**
 * Copies a storage that is in use to a folder, with its media; nothing is stopped or held up for it.
 *
 * With the key of the databases (or none, when they are plain) each is put together and checked there.
 *
 * @throws WharfError STORAGE_NOT_FOUND, STORAGE_IN_USE, STORAGE_DAMAGED, STORAGE_FULL, STORAGE_NOT_WRITABLE
 */
export async function copyStorage(
  storage: string,
  target: string,
  key: Uint8Array | undefined,
  onProgress: (progress: CopyProgress) => void,
): Promise<void> {
  if (isNew(storage) || hasUnfinishedConversion(storage)) throw new WharfError('STORAGE_NOT_FOUND');
  const unlock = await lockStorage(storage, 'shared', { waitMs: 0 });
  try {
    const files = (await filesBelow(storage)).sort(databasesLast);
    for (const [index, file] of files.entries()) {
      const copy = join(target, file);
      makeFolder(dirname(copy));
      if (isDatabase(file)) {
        await copyLive(join(storage, file), copy);
        settle(copy, key, file);
      } else {
        // Media is deleted as it gets old.
        await copyFile(join(storage, file), copy).catch(unlessMissing);
      }
      onProgress({ files: index + 1, ofFiles: files.length });
    }
  } catch (error) {
    throw storageError(error);
  } finally {
    unlock?.();
  }
}

/** Media that a database names is there when the database is. */
const databasesLast = (a: string, b: string): number => Number(isDatabase(a)) - Number(isDatabase(b));

/** Puts the log into the file, and sees whether it can be read. */
function settle(copy: string, key: Uint8Array | undefined, name: string): void {
  const db = openFile(copy, key, 0);
  try {
    db.pragma('locking_mode = EXCLUSIVE');
    db.pragma('wal_checkpoint(TRUNCATE)');
    if (db.pragma('quick_check', { simple: true }) !== 'ok')
      throw new WharfError('STORAGE_DAMAGED', { details: { file: name } });
  } finally {
    db.close();
  }
}

/** What belongs to the storage: not what SQLite and processes keep there while they run. */
async function filesBelow(storage: string): Promise<string[]> {
  const entries = await readdir(storage, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(storage.length + 1))
    .filter((path) => !/(-wal|-shm|-journal|\.lock|\.partial)$/.test(basename(path)));
}
