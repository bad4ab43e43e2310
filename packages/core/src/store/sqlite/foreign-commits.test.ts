import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3-multiple-ciphers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../util/clock.js';
import { testClock } from '../../util/test-clock.js';
import { watchForeignCommits } from './foreign-commits.js';

let folder: string;
let db: Sqlite.Database;
let stop: () => void = () => undefined;

const file = () => join(folder, 'wharf.db');
const insert = (into: Sqlite.Database) => into.prepare('INSERT INTO notes VALUES (1)').run();
/** Another connection counts as another process does. */
function other(): Sqlite.Database {
  const connection = new Sqlite(file());
  opened.push(connection);
  return connection;
}
let opened: Sqlite.Database[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wharf-watch-'));
  db = new Sqlite(file());
  db.pragma('journal_mode = WAL');
  db.exec('CREATE TABLE notes (a)');
});
afterEach(() => {
  stop();
  for (const connection of [db, ...opened]) connection.close();
  opened = [];
  rmSync(folder, { recursive: true });
});

describe('the watch on a database', () => {
  it('tells of what another connection commits, each time', async () => {
    const listener = vi.fn();
    // No timer of a second or more ends: only the watch can tell.
    const clock = {
      now: () => Date.now(),
      after: (ms: number, run: () => void) => (ms < 1_000 ? systemClock.after(ms, run) : () => undefined),
    };
    stop = watchForeignCommits(db, file(), clock, listener);
    const second = other();
    for (let count = 1; count <= 3; count++) {
      insert(second);
      await vi.waitFor(() => expect(listener).toHaveBeenCalledTimes(count), { timeout: 5_000 });
    }
  });

  it('says nothing of what its own connection commits', async () => {
    const listener = vi.fn();
    stop = watchForeignCommits(db, file(), systemClock, listener);
    for (let count = 0; count < 100; count++) insert(db);
    const second = other();
    insert(second);
    await vi.waitFor(() => expect(listener).toHaveBeenCalled(), { timeout: 5_000 });
    expect(listener).toHaveBeenCalledTimes(1);
  });

  it('finds by polling what the watch did not tell', () => {
    const listener = vi.fn();
    const clock = testClock();
    // Nothing of the watch is heard in here: the test does not give way to the event loop.
    stop = watchForeignCommits(db, file(), clock, listener);
    insert(other());
    clock.pass(1_000);
    expect(listener).toHaveBeenCalledTimes(1);
    clock.pass(1_000);
    expect(listener).toHaveBeenCalledTimes(1);
  });

  it('is quiet once it was stopped', () => {
    const listener = vi.fn();
    const clock = testClock();
    watchForeignCommits(db, file(), clock, listener)();
    insert(other());
    clock.pass(10_000);
    expect(listener).not.toHaveBeenCalled();
  });
});
