import { join } from 'node:path';
import type { SessionStore } from '../store.js';
import { type DatabaseOptions, openDatabase } from './database.js';
import { RESTORED } from './generations.js';
import { GroupCommit } from './group-commit.js';
import { sqliteJournal } from './journal.js';
import { sessionMigrations } from './migrations.js';
import { sqliteSignal } from './signal.js';

/**
 * Opens the `session.db` of a device and holds it for this process alone.
 *
 * @throws WharfError DEVICE_IN_USE while another process holds it
 */
export function openSqliteSession(folder: string, options?: DatabaseOptions): SessionStore {
  const db = openDatabase(join(folder, 'session.db'), {
    ...options,
    migrations: sessionMigrations,
    isExclusive: true,
  });
  const get = db
    .prepare<[string, string], string>('SELECT value FROM keys WHERE type = ? AND id = ?')
    .pluck();
  const put = db.prepare(
    'INSERT INTO keys (type, id, value) VALUES (?, ?, ?) ON CONFLICT (type, id) DO UPDATE SET value = excluded.value',
  );
  const remove = db.prepare('DELETE FROM keys WHERE type = ? AND id = ?');
  const batch = new GroupCommit(db);
  const set: SessionStore['set'] = (entries) =>
    batch.transaction(() => {
      for (const { type, id, value } of entries) {
        if (value === undefined) remove.run(type, id);
        else put.run(type, id, value);
      }
    });
  return {
    folder,
    get isOpen() {
      return db.open;
    },
    get(type, ids) {
      const found = new Map<string, string>();
      for (const id of ids) {
        const value = get.get(type, id) as string | undefined;
        if (value !== undefined) found.set(id, value);
      }
      return found;
    },
    set,
    signal: sqliteSignal(db, batch),
    journal: sqliteJournal(db, batch),
    transaction: (run) => batch.transaction(run),
    flush: () => batch.flush(),
    onLost(listener) {
      batch.onLost = listener;
    },
    get isRestored() {
      return get.get(RESTORED.type, RESTORED.id) !== undefined;
    },
    settleRestored: () => set([{ ...RESTORED, value: undefined }]),
    rest() {
      // Pages that were read: some 90 KB after a start, and up to 2 MB after work.
      if (db.open) db.pragma('shrink_memory');
    },
    close() {
      if (!db.open) return;
      batch.onLost = () => undefined;
      try {
        batch.flush();
      } finally {
        db.close();
      }
    },
  };
}
