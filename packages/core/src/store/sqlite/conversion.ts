import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { WharfError } from '../../errors/errors.js';
import { ENCRYPTION_FILE, type NewEncryption, writeDescription } from '../encryption/encryption-file.js';
import { makeFolder } from '../folders.js';
import { openFile, rewriteWithKey } from './driver.js';
import { forgetFileMark } from './file-mark.js';
import { storageError } from './storage-error.js';

/** Copies that are being made. Whatever is in it is worthless. */
const PARTIAL = 'conversion.partial';

/** Copies that are complete and belong in the place of the originals: by its name, the storage is to be encrypted or plain. */
const COMPLETE = { encrypted: 'conversion.encrypted', plain: 'conversion.plain' };

export const isDatabase = (path: string): boolean => ['wharf.db', 'session.db'].includes(basename(path));

/**
 * Rewrites every database of a storage with another key, or with none. The caller holds the storage alone.
 *
 * Copies are made beside the originals, then one rename decides: before it nothing has changed, after it `finishConversion`
 * completes what a dead process has left, without any key.
 *
 * @throws WharfError STORAGE_DAMAGED, STORAGE_FULL, STORAGE_NOT_WRITABLE
 */
export function convertStorage(
  storage: string,
  from: Uint8Array | undefined,
  to: NewEncryption | undefined,
): void {
  const partial = join(storage, PARTIAL);
  try {
    makeFolder(partial);
    for (const file of filesBelow(storage).filter(isDatabase)) {
      const copy = join(partial, file);
      makeFolder(dirname(copy));
      convertDatabase(join(storage, file), copy, from, to?.databaseKey, file);
    }
    if (to) writeDescription(partial, to.description);
    for (const folder of foldersBelow(partial)) syncToDisk(join(partial, folder));
    renameSync(partial, join(storage, to ? COMPLETE.encrypted : COMPLETE.plain));
    syncToDisk(storage);
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    throw storageError(error);
  }
  finishConversion(storage);
}

/** A conversion was interrupted: `finishConversion` is due. */
export function hasUnfinishedConversion(storage: string): boolean {
  return [PARTIAL, ...Object.values(COMPLETE)].some((name) => existsSync(join(storage, name)));
}

/** Completes or undoes a conversion that was interrupted, however often. The caller holds the storage alone. */
export function finishConversion(storage: string): void {
  rmSync(join(storage, PARTIAL), { recursive: true, force: true });
  for (const name of Object.values(COMPLETE)) {
    const complete = join(storage, name);
    if (!existsSync(complete)) continue;
    if (name === COMPLETE.plain) rmSync(join(storage, ENCRYPTION_FILE), { force: true });
    for (const file of filesBelow(complete)) {
      const original = join(storage, file);
      // What they hold is in the copy; beside the copy they would damage it.
      for (const suffix of ['-wal', '-shm']) rmSync(`${original}${suffix}`, { force: true });
      renameSync(join(complete, file), original);
      syncToDisk(dirname(original));
    }
    rmSync(complete, { recursive: true, force: true });
  }
}

function convertDatabase(
  original: string,
  copy: string,
  from: Uint8Array | undefined,
  to: Uint8Array | undefined,
  name: string,
): void {
  try {
    // The copy is made of one file only.
    const source = openFile(original, from, 0);
    try {
      source.pragma('locking_mode = EXCLUSIVE');
      source.pragma('wal_checkpoint(TRUNCATE)');
    } finally {
      source.close();
    }
    copyFileSync(original, copy);
    chmodSync(copy, 0o600);
    const db = openFile(copy, from, 0);
    try {
      // Nothing of the copy needs a way back, and a new key needs a database that is not in WAL mode.
      db.pragma('journal_mode = DELETE');
      db.pragma('journal_mode = MEMORY');
      if (basename(original) === 'session.db') forgetFileMark(db);
      rewriteWithKey(db, to);
      if (db.pragma('quick_check', { simple: true }) !== 'ok') throw new WharfError('STORAGE_DAMAGED');
    } finally {
      db.close();
    }
    syncToDisk(copy);
  } catch (cause) {
    const error = storageError(cause);
    const isDamaged = error instanceof WharfError && error.code === 'STORAGE_DAMAGED';
    throw isDamaged ? new WharfError('STORAGE_DAMAGED', { cause, details: { file: name } }) : error;
  }
}

/** The files below a folder, by their paths in it; those of conversions left out. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .filter((path) => !path.startsWith(PARTIAL));
}

const foldersBelow = (folder: string): string[] => [
  ...readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1)),
  '.',
];

/** Waits until a file or the names in a folder would survive a power cut. */
function syncToDisk(path: string): void {
  // Windows opens no folders; its renames are journaled.
  const isFolder = statSync(path).isDirectory();
  if (isFolder && process.platform === 'win32') return;
  const fd = openSync(path, isFolder ? 'r' : 'r+');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
