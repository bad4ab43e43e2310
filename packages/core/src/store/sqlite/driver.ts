/// <reference path="./better-sqlite3-multiple-ciphers.d.ts" />
import Sqlite from 'better-sqlite3-multiple-ciphers';
import { WharfError } from '../../errors/errors.js';
import type { WriteTurn } from '../../util/write-turn.js';
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

/**
 * Lets what fails on a database fail as a WharfError, where a user can do something about it.
 *
 * @param turn where several threads write: what begins to write waits for it
 */
export function guarded(
  db: Database,
  onFailure: (error: WharfError) => void = () => undefined,
  turn?: WriteTurn,
): Database {
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
  const inTurn: <C extends Call>(call: C) => Call = turn
    ? (call) =>
        (...values) =>
          db.inTransaction ? call(...values) : turn.hold(() => call(...values))
    : (call) => call;
  db.exec = guard(exec.bind(db)) as typeof db.exec;
  db.prepare = ((sql: string) =>
    new LazyStatement(() => prepare.call(db, sql), guard, inTurn)) as unknown as typeof db.prepare;
  db.transaction = ((run: (...values: never[]) => unknown) => {
    const inTransaction = transaction.call(db, run);
    return Object.assign(guard(inTransaction), { immediate: guard(inTurn(inTransaction.immediate)) });
  }) as typeof db.transaction;
  return db;
}

type Call = (...values: never[]) => unknown;

/**
 * A statement that is compiled when it is first used: of those of an idle device most never are, and each holds some kilobytes.
 *
 * It knows what this package uses of better-sqlite3's statements.
 */
class LazyStatement {
  #isPlucked = false;

  constructor(
    private readonly compile: () => Sqlite.Statement,
    private readonly guard: (call: Call) => Call,
    private readonly inTurn: (call: Call) => Call,
  ) {}

  /** Takes the first column for the row. */
  pluck(): this {
    this.#isPlucked = true;
    return this;
  }

  run(...values: never[]): unknown {
    return this.#ready().run(...values);
  }

  get(...values: never[]): unknown {
    return this.#ready().get(...values);
  }

  all(...values: never[]): unknown {
    return this.#ready().all(...values);
  }

  /** From now on its methods are those of the compiled statement. */
  #ready(): this {
    const statement = this.guard(() => this.compile())() as Sqlite.Statement;
    if (this.#isPlucked) statement.pluck();
    for (const method of ['run', 'get', 'all'] as const) {
      const call = (statement[method] as Call).bind(statement);
      this[method] = this.guard(statement.readonly ? call : this.inTurn(call));
    }
    return this;
  }
}

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
