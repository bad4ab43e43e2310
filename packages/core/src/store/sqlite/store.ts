import { join } from 'node:path';
import type { ScopedStore, Store } from '../store.js';
import { sqliteChats } from './chats.js';
import { sqliteContacts } from './contacts.js';
import { type DatabaseOptions, openDatabase } from './database.js';
import { sqliteDevices } from './devices.js';
import { sqliteCursors, sqliteEvents } from './events.js';
import { sqliteGenerations } from './generations.js';
import { sqliteMessages } from './messages.js';
import { wharfMigrations } from './migrations.js';
import { sqliteOutbox } from './outbox.js';

export { openSqliteSession } from './session.js';

/** Opens `wharf.db` in the storage folder, creating both when they are missing. */
export function openSqliteStore(storageFolder: string, options?: DatabaseOptions): Store {
  const db = openDatabase(join(storageFolder, 'wharf.db'), { ...options, migrations: wharfMigrations });
  // One connection for all devices: what a busy store touches again and again stays in memory (16 MB).
  db.pragma('cache_size = -16384');
  const messages = sqliteMessages(db);
  const chats = sqliteChats(db);
  const contacts = sqliteContacts(db);
  const outbox = sqliteOutbox(db);
  const addAccount = db.prepare('INSERT OR IGNORE INTO accounts (device, jid) VALUES (?, ?)');
  const getAccount = db
    .prepare<[string, string], number>('SELECT id FROM accounts WHERE device = ? AND jid = ?')
    .pluck();

  const devices = sqliteDevices(db);
  const scopes = new Map<string, ScopedStore>();

  return {
    devices: {
      ...devices,
      delete(id) {
        devices.delete(id);
        scopes.clear();
      },
    },
    events: sqliteEvents(db),
    cursors: sqliteCursors(db),
    forDevice({ deviceId, jid }): ScopedStore {
      const key = `${deviceId} ${jid}`;
      const known = scopes.get(key);
      if (known) return known;
      addAccount.run(deviceId, jid);
      const account = getAccount.get(deviceId, jid) as number;
      const scope = {
        messages: messages(account),
        chats: chats(account),
        contacts: contacts(account),
        outbox: outbox(account),
      };
      // A transaction may yet take the account back.
      if (!db.inTransaction) scopes.set(key, scope);
      return scope;
    },
    noteOpening: sqliteGenerations(db),
    transaction: (run) => db.transaction(run).immediate(),
    close() {
      db.close();
    },
  };
}
