import Sqlite from 'better-sqlite3-multiple-ciphers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Transactions } from './transactions.js';

function database() {
  const db = new Sqlite(':memory:');
  onTestFinished(() => void db.close());
  db.exec('CREATE TABLE notes (text TEXT)');
  const insert = db.prepare('INSERT INTO notes VALUES (?)');
  const failing = (text: string) => () => {
    insert.run(text);
    throw new Error(text);
  };
  return {
    transactions: new Transactions(db),
    note: (text: string) => void insert.run(text),
    failing,
    notes: () => db.prepare('SELECT text FROM notes').pluck().all(),
  };
}

describe('a transaction within another one', () => {
  it('takes the whole back when it fails, even if somebody catches that', () => {
    const { transactions, note, failing, notes } = database();
    const whole = () => {
      note('a');
      try {
        transactions.run(failing('b'));
      } catch {
        note('c');
      }
    };
    expect(() => transactions.run(whole)).toThrow('b');
    expect(notes()).toEqual([]);
    transactions.run(() => transactions.run(() => note('d')));
    expect(notes()).toEqual(['d']);
  });

  it('that can be undone takes back itself alone, with what is within it', () => {
    const { transactions, note, failing, notes } = database();
    transactions.run(() => {
      note('a');
      expect(() => transactions.runUndoable(() => transactions.run(failing('b')))).toThrow('b');
      transactions.runUndoable(() => note('c'));
    });
    expect(notes()).toEqual(['a', 'c']);
  });
});
