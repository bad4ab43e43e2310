import type { SessionRecords, SignalRecords, SignalStore } from '../store.js';
import type { Database } from './database.js';
import type { GroupCommit } from './group-commit.js';
import { sqlitePlaintexts } from './journal.js';

/** What the Signal protocol must not forget, in the tables of `session.db`. */
export function sqliteSignal(db: Database, batch: GroupCommit): SignalStore {
  return {
    sessions: sessionRecords(db, batch),
    identities: records(db, batch, 'signal_identities'),
    senderKeys: records(db, batch, 'signal_sender_keys'),
    preKeys: preKeys(db, batch),
    lids: lids(db, batch),
    plaintexts: sqlitePlaintexts(db, batch),
    transaction: (run) => batch.transaction(run),
  };
}

function records(
  db: Database,
  batch: GroupCommit,
  table: 'signal_sessions' | 'signal_identities' | 'signal_sender_keys',
): SignalRecords {
  const getIds = db.prepare<[], string>(`SELECT id FROM ${table}`).pluck();
  const get = db.prepare<[string], Buffer>(`SELECT record FROM ${table} WHERE id = ?`).pluck();
  const has = db.prepare<[string], number>(`SELECT 1 FROM ${table} WHERE id = ?`).pluck();
  const put = db.prepare(
    `INSERT INTO ${table} (id, record) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET record = excluded.record`,
  );
  const remove = db.prepare(`DELETE FROM ${table} WHERE id = ?`);
  return {
    getIds: () => getIds.all(),
    get: (id) => get.get(id),
    has: (id) => has.get(id) !== undefined,
    put(id, record) {
      batch.join();
      put.run(id, record);
    },
    delete(id) {
      batch.join();
      remove.run(id);
    },
  };
}

function sessionRecords(db: Database, batch: GroupCommit): SessionRecords {
  // The slash is the character after the dot: everything that begins with `name.`.
  const getAddresses = db
    .prepare<[string, string], string>('SELECT id FROM signal_sessions WHERE id > ? AND id < ?')
    .pluck();
  return {
    ...records(db, batch, 'signal_sessions'),
    getAddresses: (name) => getAddresses.all(`${name}.`, `${name}/`),
  };
}

function preKeys(db: Database, batch: GroupCommit): SignalStore['preKeys'] {
  const get = db.prepare<[number], { public: Buffer; private: Buffer }>(
    'SELECT public, private FROM signal_pre_keys WHERE id = ?',
  );
  const put = db.prepare('INSERT OR REPLACE INTO signal_pre_keys (id, public, private) VALUES (?, ?, ?)');
  const remove = db.prepare('DELETE FROM signal_pre_keys WHERE id = ?');
  return {
    get: (id) => get.get(id),
    put(id, pair) {
      batch.join();
      put.run(id, pair.public, pair.private);
    },
    delete(id) {
      batch.join();
      remove.run(id);
    },
  };
}

function lids(db: Database, batch: GroupCommit): SignalStore['lids'] {
  const get = db.prepare<[string], string>('SELECT lid FROM lids WHERE pn = ?').pluck();
  const getPn = db.prepare<[string], string>('SELECT pn FROM lids WHERE lid = ?').pluck();
  // Also when the number behind a hidden address has changed: the old number's row goes.
  const put = db.prepare('INSERT OR REPLACE INTO lids (pn, lid) VALUES (?, ?)');
  const remove = db.prepare('DELETE FROM lids WHERE pn = ?');
  return {
    get: (pn) => get.get(pn),
    getPn: (lid) => getPn.get(lid),
    put(pn, lid) {
      batch.join();
      put.run(pn, lid);
    },
    delete(pn) {
      batch.join();
      remove.run(pn);
    },
  };
}
