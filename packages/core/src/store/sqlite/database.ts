import { chmodSync, existsSync } from 'node:fs';
import { dirname } from 'node:path';
import Sqlite from 'better-sqlite3';
import { WharfError } from '../../errors/errors.js';
import type { Durability } from '../../types/durability.js';
import { makeFolder } from '../folders.js';

export type Database = Sqlite.Database;

/** SQL that brings a database from the version before to this one. Never edited after a release. */
export type Migration = string;

interface OpenOptions {
  migrations: Migration[];
  /** Hold the file for this process alone until it is closed or the process dies. */
  isExclusive?: boolean;
  durability?: Durability;
}

/** With a write-ahead log, NORMAL leaves it to the system when a commit reaches the disk; FULL waits for it. */
const SYNCHRONOUS = { process: 'NORMAL', power: 'FULL' } as const;

const sqliteCode = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : '';

/**
 * Opens a database file, creates what is missing, and brings its schema up to date.
 *
 * @throws WharfError STORAGE_NOT_WRITABLE, STORAGE_TOO_NEW, STORAGE_DAMAGED; DEVICE_IN_USE for an exclusive file that another process holds
 */
export function openDatabase(
  file: string,
  { migrations, isExclusive = false, durability = 'process' }: OpenOptions,
): Database {
  makeFolder(dirname(file));
  let db: Database | undefined;
  try {
    db = new Sqlite(file, { timeout: isExclusive ? 0 : 5_000 });
    if (isExclusive) db.pragma('locking_mode = EXCLUSIVE');
    db.pragma('journal_mode = WAL');
    db.pragma(`synchronous = ${SYNCHRONOUS[durability]}`);
    db.pragma('foreign_keys = ON');
    migrate(db, migrations);
    protectFiles(file);
    return db;
  } catch (error) {
    db?.close();
    throw storageError(error);
  }
}

function migrate(db: Database, migrations: Migration[]): void {
  // Immediate: two processes that open a new storage at once must not both create it. For an exclusive file it takes the lock.
  db.transaction(() => {
    const version = db.pragma('user_version', { simple: true }) as number;
    if (version > migrations.length) throw new WharfError('STORAGE_TOO_NEW', { details: { version } });
    for (const migration of migrations.slice(version)) db.exec(migration);
    db.pragma(`user_version = ${migrations.length}`);
  }).immediate();
}

function protectFiles(file: string): void {
  for (const path of [file, `${file}-wal`, `${file}-shm`]) if (existsSync(path)) chmodSync(path, 0o600);
}

function storageError(error: unknown): unknown {
  switch (sqliteCode(error)) {
    case 'SQLITE_BUSY':
    case 'SQLITE_LOCKED':
      return new WharfError('DEVICE_IN_USE', { cause: error });
    case 'SQLITE_NOTADB':
    case 'SQLITE_CORRUPT':
      return new WharfError('STORAGE_DAMAGED', { cause: error });
    case 'SQLITE_CANTOPEN':
    case 'SQLITE_READONLY':
    case 'SQLITE_READONLY_DIRECTORY':
    case 'SQLITE_FULL':
    case 'SQLITE_IOERR':
      return new WharfError('STORAGE_NOT_WRITABLE', { cause: error });
    default:
      return error;
  }
}
