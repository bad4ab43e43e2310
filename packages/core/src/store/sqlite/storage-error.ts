import type { ErrorCode } from '../../errors/codes.js';
import { WharfError } from '../../errors/errors.js';
import { fileError } from '../file-error.js';

/** What SQLite's failures mean to a user; its extended codes begin with these. */
const meanings: Array<[prefix: string, code: ErrorCode]> = [
  ['SQLITE_FULL', 'STORAGE_FULL'],
  ['SQLITE_IOERR', 'STORAGE_NOT_WRITABLE'],
  ['SQLITE_CANTOPEN', 'STORAGE_NOT_WRITABLE'],
  ['SQLITE_READONLY', 'STORAGE_NOT_WRITABLE'],
  ['SQLITE_PERM', 'STORAGE_NOT_WRITABLE'],
  ['SQLITE_NOTADB', 'STORAGE_DAMAGED'],
  ['SQLITE_CORRUPT', 'STORAGE_DAMAGED'],
];

/** The WharfError for what SQLite or the file system has thrown; anything else as it is. */
export function storageError(error: unknown): unknown {
  const failure = fileError(error);
  if (failure !== error) return failure;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const [, meaning] = meanings.find(([prefix]) => code === prefix || code.startsWith(`${prefix}_`)) ?? [];
  return meaning ? new WharfError(meaning, { cause: error }) : error;
}

/** Whether somebody else holds the lock of a file. */
export function isBusy(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return /^SQLITE_(BUSY|LOCKED)/.test(code);
}
