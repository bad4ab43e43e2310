/// <reference path="./better-sqlite3-multiple-ciphers.d.ts" />
import Sqlite from 'better-sqlite3-multiple-ciphers';
import { WharfError } from '../../errors/errors.js';
import { storageError } from './storage-error.js';

export type Database = Sqlite.Database;

/** AEGIS-256: authenticated, made of AES rounds, and as fast as no encryption where the processor has those (ADR 3). */
const CIPHER = ["cipher = 'aegis'", "algorithm = 'aegis-256'"];

/** What this driver adds to better-sqlite3; no key for no encryption. */
type Keyed = Database & Record<'key' | 'rekey', (key: Buffer) => void>;

let isLoaded = false;

/**
 * Opens a database file without looking into it.
 *
 * @param key 32 bytes; a file is encrypted with one, or plain without
 */
export function openFile(file: string, key: Uint8Array | undefined, timeoutMs: number): Database {
  const db = loading(() => new Sqlite(file, { timeout: timeoutMs }));
  if (key) unlock(db, key);
  // What SQLite sorts or spools must not reach a temporary file, which nobody encrypts.
  db.pragma('temp_store = MEMORY');
  return db;
}

/** Says how a file is encrypted; to be called before anything is read from it. */
export function unlock(db: Database, key: Uint8Array): void {
  setCipher(db);
  (db as Keyed).key(keyText(key));
}

/** Encrypts the file anew with a key, or decrypts it, in place. */
export function rewriteWithKey(db: Database, key: Uint8Array | undefined): void {
  if (key) setCipher(db);
  (db as Keyed).rekey(key ? keyText(key) : Buffer.alloc(0));
}

function setCipher(db: Database): void {
  for (const setting of CIPHER) db.pragma(setting);
}

/** The marker tells the cipher that this is the key itself, not a passphrase. */
const keyText = (key: Uint8Array): Buffer => Buffer.concat([Buffer.from('raw:'), key]);

/** Lets what fails on a database fail as a WharfError, where a user can do something about it. */
export function guarded(db: Database, onFailure: (error: WharfError) => void = () => undefined): Database {
  const { exec, prepare, transaction } = db;
  const guard =
    <C extends Call>(call: C) =>
    (...values: Parameters<C>): unknown => {
      try {
        return call(...values);
      } catch (thrown) {
        const error = storageError(thrown);
        if (error !== thrown && error instanceof WharfError) onFailure(error);
        throw error;
      }
    };
  db.exec = guard(exec.bind(db)) as typeof db.exec;
  db.prepare = ((sql: string) => {
    const statement = prepare.call(db, sql);
    for (const method of ['run', 'get', 'all'] as const) {
      statement[method] = guard((statement[method] as Call).bind(statement)) as never;
    }
    return statement;
  }) as typeof db.prepare;
  db.transaction = ((run: (...values: never[]) => unknown) => {
    const inTransaction = transaction.call(db, run);
    return Object.assign(guard(inTransaction), { immediate: guard(inTransaction.immediate) });
  }) as typeof db.transaction;
  return db;
}

type Call = (...values: never[]) => unknown;

/** The module asks for a report of the process when it is loaded; with the network in it, that looks up the name of every peer. */
function loading<T>(open: () => T): T {
  if (isLoaded) return open();
  // The types of Node.js do not know it yet.
  const report = process.report as NodeJS.ProcessReport & { excludeNetwork: boolean };
  const before = report.excludeNetwork;
  report.excludeNetwork = true;
  try {
    return open();
  } finally {
    report.excludeNetwork = before;
    isLoaded = true;
  }
}
