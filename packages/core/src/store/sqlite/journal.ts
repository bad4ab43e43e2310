import type { JournalRepository, PlaintextRepository } from '../store.js';
import type { Database } from './database.js';
import type { GroupCommit } from './group-commit.js';

/** The stanzas that came in and may not be stored yet, in `session.db`. */
export function sqliteJournal(db: Database, batch: GroupCommit): JournalRepository {
  const put = db.prepare(
    'INSERT INTO journal (key, seq, stanza) VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET stanza = excluded.stanza',
  );
  const remove = db.prepare('DELETE FROM journal WHERE key = ?');
  const countReplay = db.prepare('UPDATE journal SET replays = replays + 1 WHERE key = ?');
  const all = db.prepare<[], { key: string; stanza: Buffer; replays: number }>(
    'SELECT key, stanza, replays FROM journal ORDER BY seq',
  );
  let last = (db.prepare('SELECT max(seq) FROM journal').pluck().get() as number | null) ?? 0;
  return {
    put(key, stanza) {
      const committed = batch.join();
      last += 1;
      put.run(key, last, stanza);
      return committed;
    },
    delete(key) {
      batch.join();
      remove.run(key);
    },
    getAll: () => all.all(),
    countReplay(key) {
      batch.join();
      countReplay.run(key);
    },
  };
}

/** A plaintext whose message was never stored is given up after this time, and so is the note that one was stored. */
const KEPT_MS = 14 * 24 * 3_600_000;

/** What was decrypted and is perhaps not stored yet, and of what it is known that it is, in `session.db`. */
export function sqlitePlaintexts(db: Database, batch: GroupCommit): PlaintextRepository {
  const oldest = Date.now() - KEPT_MS;
  db.prepare('DELETE FROM plaintexts WHERE decrypted_at < ?').run(oldest);
  db.prepare('DELETE FROM settled_ciphertexts WHERE settled_at < ?').run(oldest);
  const get = db
    .prepare<[Uint8Array], Buffer>('SELECT plaintext FROM plaintexts WHERE ciphertext_hash = ?')
    .pluck();
  const put = db.prepare(
    'INSERT OR REPLACE INTO plaintexts (ciphertext_hash, plaintext, decrypted_at) VALUES (?, ?, ?)',
  );
  const remove = db.prepare('DELETE FROM plaintexts WHERE ciphertext_hash = ?');
  const isSettled = db.prepare<[number], number>('SELECT 1 FROM settled_ciphertexts WHERE hash = ?');
  const settle = db.prepare('INSERT OR REPLACE INTO settled_ciphertexts (hash, settled_at) VALUES (?, ?)');
  return {
    get: (hash) => get.get(hash),
    isSettled: (hash) => isSettled.get(numberOf(hash)) !== undefined,
    put(hash, plaintext) {
      batch.join();
      put.run(hash, plaintext, Date.now());
    },
    settle(hash) {
      batch.join();
      remove.run(hash);
      settle.run(numberOf(hash), Date.now());
    },
  };
}

/** 48 bits: among a million, one in three hundred million is taken for another. */
const numberOf = (hash: Uint8Array): number =>
  Buffer.from(hash.buffer, hash.byteOffset, hash.length).readUIntBE(0, 6);
