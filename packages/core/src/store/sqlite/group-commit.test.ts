import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3-multiple-ciphers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { GroupCommit } from './group-commit.js';

function database() {
  const folder = mkdtempSync(join(tmpdir(), 'wharf-commit-'));
  const db = new Sqlite(join(folder, 'test.db'));
  const other = new Sqlite(join(folder, 'test.db'));
  db.pragma('journal_mode = WAL');
  db.exec('CREATE TABLE notes (text TEXT)');
  onTestFinished(() => {
    db.close();
    other.close();
    rmSync(folder, { recursive: true });
  });
  const insert = db.prepare('INSERT INTO notes VALUES (?)');
  const count = (from: Sqlite.Database) => from.prepare('SELECT count(*) FROM notes').pluck().get();
  const batch = new GroupCommit(db);
  const write = (text: string) => {
    const committed = batch.join();
    insert.run(text);
    return committed;
  };
  return { db, batch, write, count, here: () => count(db), onDisk: () => count(other) };
}

describe('writes within one turn of the event loop', () => {
  it('are seen at once, and committed together at its end', async () => {
    const { write, here, onDisk } = database();
    const first = write('a');
    await Promise.resolve();
    const second = write('b');
    expect(second).toBe(first);
    expect([here(), onDisk()]).toEqual([2, 0]);
    await first;
    expect(onDisk()).toBe(2);
  });

  it('are committed at once for whoever must send', async () => {
    const { batch, write, onDisk } = database();
    write('a');
    expect(onDisk()).toBe(0);
    batch.flush();
    expect(onDisk()).toBe(1);
    batch.flush();
  });

  it('are all undone when one operation fails, and whoever waits hears of it', async () => {
    const { batch, write, onDisk } = database();
    const committed = write('a');
    expect(() =>
      batch.transaction(() => {
        void write('b');
        throw new Error('no');
      }),
    ).toThrow('no');
    await expect(committed).rejects.toThrow('no');
    expect(onDisk()).toBe(0);
    await write('c');
    expect(onDisk()).toBe(1);
  });

  it('are all lost when the disk is full, everybody who waits hears of it, and the next ones are stored', async () => {
    const { db, batch, write, onDisk } = database();
    const lost: unknown[] = [];
    batch.onLost = (error) => lost.push(error);
    const pages = db.pragma('page_count', { simple: true });
    db.pragma(`max_page_count = ${pages}`);
    const committed = write('small');
    const failing = expect(committed).rejects.toThrow();
    expect(() => batch.transaction(() => void write('x'.repeat(100_000)))).toThrow(/full/);
    // What a full disk leaves of a transaction is up to SQLite; the end of the connection is sure to lose it.
    if (db.inTransaction) db.exec('ROLLBACK');
    batch.flush();
    await failing;
    expect(lost).toHaveLength(1);
    expect(onDisk()).toBe(0);
    db.pragma('max_page_count = 100000');
    await write('again');
    expect(onDisk()).toBe(1);
  });
});
