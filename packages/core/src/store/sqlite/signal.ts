import type { SessionRecords, SignalRecords, SignalStore } from '../store.js';
import type { Database } from './database.js';
import { sqlitePlaintexts } from './journal.js';

/** What the Signal protocol must not forget, in the tables of `session.db`. */
export function sqliteSignal(db: Database, transaction: SignalStore['transaction']): SignalStore {
  return {
    sessions: sessionRecords(db),
    identities: records(db, 'signal_identities'),
    senderKeys: records(db, 'signal_sender_keys'),
    preKeys: preKeys(db),
    lids: lids(db),
    plaintexts: sqlitePlaintexts(db),
    transaction,
  };
}

function records(
  db: Database,
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
      put.run(id, record);
    },
    delete(id) {
      remove.run(id);
    },
  };
}

function sessionRecords(db: Database): SessionRecords {
  // The slash is the character after the dot: everything that begins with `name.`.
  const getAddresses = db
    .prepare<[string, string], string>('SELECT id FROM signal_sessions WHERE id > ? AND id < ?')
    .pluck();
  return {
    ...records(db, 'signal_sessions'),
    getAddresses: (name) => getAddresses.all(`${name}.`, `${name}/`),
  };
}

function preKeys(db: Database): SignalStore['preKeys'] {
  const get = db.prepare<[number], { public: Buffer; private: Buffer }>(
    'SELECT public, private FROM signal_pre_keys WHERE id = ?',
  );
  const put = db.prepare('INSERT OR REPLACE INTO signal_pre_keys (id, public, private) VALUES (?, ?, ?)');
  const remove = db.prepare('DELETE FROM signal_pre_keys WHERE id = ?');
  return {
    get: (id) => get.get(id),
    put(id, pair) {
      put.run(id, pair.public, pair.private);
    },
    delete(id) {
      remove.run(id);
    },
  };
}

function lids(db: Database): SignalStore['lids'] {
  const get = db.prepare<[string], string>('SELECT lid FROM lids WHERE pn = ?').pluck();
  const getPn = db.prepare<[string], string>('SELECT pn FROM lids WHERE lid = ?').pluck();
  // Also when the number behind a hidden address has changed: the old number's row goes.
  const put = db.prepare('INSERT OR REPLACE INTO lids (pn, lid) VALUES (?, ?)');
  const remove = db.prepare('DELETE FROM lids WHERE pn = ?');
  return {
    get: (pn) => get.get(pn),
    getPn: (lid) => getPn.get(lid),
    put(pn, lid) {
      put.run(pn, lid);
    },
    delete(pn) {
      remove.run(pn);
    },
  };
}
