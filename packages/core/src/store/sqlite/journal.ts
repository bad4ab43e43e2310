import type { JournalRepository, PlaintextRepository } from '../store.js';
import type { Database } from './database.js';
import type { GroupCommit } from './group-commit.js';

/** The stanzas that came in and may not be stored yet, in `session.db`. */
export function sqliteJournal(db: Database, batch: GroupCommit): JournalRepository {
  const put = db.prepare(
    'INSERT INTO journal (key, stanza) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET stanza = excluded.stanza',
  );
  const remove = db.prepare('DELETE FROM journal WHERE key = ?');
  const countReplay = db.prepare('UPDATE journal SET replays = replays + 1 WHERE key = ?');
  const all = db.prepare<[], { key: string; stanza: Buffer; replays: number }>(
    'SELECT key, stanza, replays FROM journal ORDER BY seq',
  );
  return {
    put(key, stanza) {
      const committed = batch.join();
      put.run(key, stanza);
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

/** A plaintext whose message was never stored is given up after this time. */
const PLAINTEXT_KEPT_MS = 14 * 24 * 3_600_000;

/** What was decrypted and perhaps not stored yet, in `session.db`. */
export function sqlitePlaintexts(db: Database, batch: GroupCommit): PlaintextRepository {
  db.prepare('DELETE FROM plaintexts WHERE decrypted_at < ?').run(Date.now() - PLAINTEXT_KEPT_MS);
  const get = db
    .prepare<[Uint8Array], Buffer>('SELECT plaintext FROM plaintexts WHERE ciphertext_hash = ?')
    .pluck();
  const put = db.prepare(
    'INSERT OR REPLACE INTO plaintexts (ciphertext_hash, plaintext, decrypted_at) VALUES (?, ?, ?)',
  );
  const settle = db.prepare(
    `INSERT OR REPLACE INTO plaintexts (ciphertext_hash, plaintext, decrypted_at) VALUES (?, x'', ?)`,
  );
  return {
    get(hash) {
      const plaintext = get.get(hash);
      return plaintext?.length ? plaintext : undefined;
    },
    isSettled: (hash) => get.get(hash)?.length === 0,
    put(hash, plaintext) {
      batch.join();
      put.run(hash, plaintext, Date.now());
    },
    settle(hash) {
      batch.join();
      settle.run(hash, Date.now());
    },
  };
}
