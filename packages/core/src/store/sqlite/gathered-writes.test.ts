import Sqlite from 'better-sqlite3-multiple-ciphers';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { GatheredWrites } from './gathered-writes.js';
import { Transactions } from './transactions.js';

function writes() {
  const db = new Sqlite(':memory:');
  onTestFinished(() => void db.close());
  db.exec('CREATE TABLE notes (text TEXT)');
  const insert = db.prepare('INSERT INTO notes VALUES (?)');
  const transactions = new Transactions(db);
  const run = vi.spyOn(transactions, 'run');
  const gathered = new GatheredWrites(transactions);
  return {
    db,
    gathered,
    note: (text: string) => gathered.add(() => insert.run(text).changes),
    notes: () => db.prepare('SELECT text FROM notes').pluck().all(),
    commits: () => run.mock.calls.length,
  };
}

describe('writes that are gathered', () => {
  it('are committed together, at the end of the turn', async () => {
    const { note, notes, commits } = writes();
    const first = note('a');
    const second = Promise.resolve().then(() => note('b'));
    expect(notes()).toEqual([]);
    expect(await Promise.all([first, second])).toEqual([1, 1]);
    expect([notes(), commits()]).toEqual([['a', 'b'], 1]);
  });

  it('take with them what is handed over by one of them', async () => {
    const { gathered, note, notes, commits } = writes();
    let second: Promise<number> | undefined;
    await gathered.add(() => {
      second = note('b');
    });
    expect(notes()).toEqual(['b']);
    expect([await second, commits()]).toEqual([1, 1]);
  });

  it('are undone one by one', async () => {
    const { gathered, note, notes } = writes();
    const failing = gathered.add(() => {
      void note('added');
      throw new Error('no');
    });
    const other = note('kept');
    await expect(failing).rejects.toThrow('no');
    await other;
    expect(notes()).toEqual(['kept', 'added']);
  });

  it('are all refused when they cannot be committed', async () => {
    const { gathered, db } = writes();
    db.close();
    const ends = await Promise.allSettled([gathered.add(() => 1), gathered.add(() => 2)]);
    expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });

  it('are so many in one commit and no more, in order, and others get their turn in between', async () => {
    const { note, notes, commits } = writes();
    const texts = Array.from({ length: 200 }, (_, index) => String(index));
    let turns = 0;
    let isOver = false;
    const others = () => {
      turns += 1;
      if (!isOver) setImmediate(others);
    };
    setImmediate(others);
    await Promise.all(texts.map(note));
    isOver = true;
    expect(notes()).toEqual(texts);
    expect(commits()).toBe(4);
    expect(turns).toBeGreaterThanOrEqual(3);
  });

  it('are written at once when somebody cannot wait', () => {
    const { note, notes, gathered } = writes();
    for (let index = 0; index < 100; index++) void note('a');
    gathered.flush();
    expect(notes()).toHaveLength(100);
  });
});
