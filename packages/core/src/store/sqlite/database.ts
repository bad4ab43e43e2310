import { chmodSync, existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { WharfError } from '../../errors/errors.js';
import type { Durability } from '../../types/durability.js';
import type { WriteTurn } from '../../util/write-turn.js';
import { makeFolder } from '../folders.js';
import { type Database, guarded, openFile } from './driver.js';
import { isBusy, storageError } from './storage-error.js';

export type { Database } from './driver.js';

/** SQL that brings a database from the version before to this one. Never edited after a release. */
export type Migration = string;

interface OpenOptions extends DatabaseOptions {
  migrations: Migration[];
  /** Hold the file for this process alone until it is closed or the process dies. */
  isExclusive?: boolean;
  /** Where several threads of this process write to the file. */
  turn?: WriteTurn | undefined;
}

/** What holds for every database of a storage folder. */
export interface DatabaseOptions {
  /** What the file is encrypted with; without, it is plain. */
  key?: Uint8Array | undefined;
  /** Default: `process`. */
  durability?: Durability | undefined;
  /** Hears of everything that cannot be read or written later, also when whoever tried swallows the error. */
  onFailure?: ((error: WharfError) => void) | undefined;
}

/** With a write-ahead log, NORMAL leaves it to the system when a commit reaches the disk; FULL waits for it. */
const SYNCHRONOUS = { process: 'NORMAL', power: 'FULL' } as const;

/**
 * Opens a database file, creates what is missing, and brings its schema up to date.
 *
 * @throws WharfError STORAGE_NOT_WRITABLE, STORAGE_FULL, STORAGE_TOO_NEW, STORAGE_DAMAGED; DEVICE_IN_USE for an exclusive file that another process holds
 */
export function openDatabase(
  file: string,
  { migrations, isExclusive = false, key, durability = 'process', onFailure, turn }: OpenOptions,
): Database {
  makeFolder(dirname(file));
  let db: Database | undefined;
  try {
    db = openFile(file, key, isExclusive ? 0 : 5_000);
    if (isExclusive) db.pragma('locking_mode = EXCLUSIVE');
    db.pragma('journal_mode = WAL');
    db.pragma(`synchronous = ${SYNCHRONOUS[durability]}`);
    db.pragma('foreign_keys = ON');
    migrate(db, migrations);
    protectFiles(file);
    return guarded(db, onFailure, turn);
  } catch (error) {
    db?.close();
    throw isBusy(error)
      ? new WharfError(isExclusive ? 'DEVICE_IN_USE' : 'STORAGE_IN_USE', { cause: error })
      : storageError(error);
  }
}

function migrate(db: Database, migrations: Migration[]): void {
  // Immediate: two processes that open a new storage at once must not both create it. For an exclusive file it takes the lock.
  db.transaction(() => {
    const version = db.pragma('user_version', { simple: true }) as number;
    if (version > migrations.length) throw new WharfError('STORAGE_TOO_NEW', { details: { version } });
    // What is written first after opening waits for the disk.
    if (version === migrations.length) return;
    for (const migration of migrations.slice(version)) db.exec(migration);
    db.pragma(`user_version = ${migrations.length}`);
  }).immediate();
}

function protectFiles(file: string): void {
  for (const path of [file, `${file}-wal`, `${file}-shm`]) if (existsSync(path)) chmodSync(path, 0o600);
}
