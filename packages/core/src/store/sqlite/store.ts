import { join } from 'node:path';
import { WharfError } from '../../errors/errors.js';
import type { WriteTurn } from '../../util/write-turn.js';
import type { Scope, ScopedStore, Store } from '../store.js';
import { sqliteAppState } from './app-state.js';
import { sqliteAutoReplies } from './auto-replies.js';
import { sqliteChats } from './chats.js';
import { sqliteContacts } from './contacts.js';
import { type DatabaseOptions, openDatabase } from './database.js';
import { sqliteDevices } from './devices.js';
import { sqliteCursors, sqliteEvents } from './events.js';
import { watchForeignCommits } from './foreign-commits.js';
import { GatheredWrites } from './gathered-writes.js';
import { sqliteGenerations } from './generations.js';
import { sqliteMedia, sqliteMediaFiles } from './media.js';
import { sqliteMessages } from './messages.js';
import { wharfMigrations } from './migrations.js';
import { sqliteOutbox } from './outbox.js';
import { sqliteCommands, sqliteOwners, sqliteWishes } from './ownership.js';
import { sqliteRawMessages } from './raw-messages.js';
import { sqliteResponses } from './responses.js';
import { Transactions } from './transactions.js';
import { sqliteWaitingAnswers } from './waiting-answers.js';
import { sqliteWantedMedia } from './wanted-media.js';
import { sqliteWebhooks } from './webhooks.js';

export { openSqliteSession } from './session.js';

/** Opens `wharf.db` in the storage folder, creating both when they are missing. */
export function openSqliteStore(
  storageFolder: string,
  options?: DatabaseOptions & { turn?: WriteTurn | undefined },
): Store {
  const file = join(storageFolder, 'wharf.db');
  const db = openDatabase(file, { ...options, migrations: wharfMigrations });
  // One connection for all devices: what a busy store touches again and again stays in memory (16 MB).
  db.pragma('cache_size = -16384');
  const messages = sqliteMessages(db);
  const chats = sqliteChats(db);
  const contacts = sqliteContacts(db);
  const outbox = sqliteOutbox(db);
  const rawMessages = sqliteRawMessages(db);
  const responses = sqliteResponses(db);
  const waitingAnswers = sqliteWaitingAnswers(db);
  const appState = sqliteAppState(db);
  const autoReplies = sqliteAutoReplies(db);
  const media = sqliteMedia(db);
  const wantedMedia = sqliteWantedMedia(db);
  const addAccount = db.prepare(
    'INSERT OR IGNORE INTO accounts (device, jid) SELECT id, ? FROM devices WHERE id = ?',
  );
  const getAccount = db
    .prepare<[string, string], number>('SELECT id FROM accounts WHERE device = ? AND jid = ?')
    .pluck();

  const owing = db.prepare<[], Scope>(
    `SELECT device AS deviceId, jid FROM accounts
     WHERE id IN (SELECT account FROM outbox WHERE state = 'queued')`,
  );

  const transactions = new Transactions(db);
  const gathered = new GatheredWrites(transactions);
  const devices = sqliteDevices(db);
  const scopes = new Map<string, ScopedStore>();

  return {
    devices: {
      ...devices,
      delete(id) {
        devices.delete(id);
        scopes.clear();
      },
      forget: () => scopes.clear(),
    },
    events: sqliteEvents(db),
    cursors: sqliteCursors(db),
    owners: sqliteOwners(db),
    wishes: sqliteWishes(db),
    commands: sqliteCommands(db),
    media: sqliteMediaFiles(db),
    webhooks: sqliteWebhooks(db),
    getOwing: () => owing.all(),
    forDevice({ deviceId, jid }): ScopedStore {
      const key = `${deviceId} ${jid}`;
      const known = scopes.get(key);
      if (known) return known;
      addAccount.run(jid, deviceId);
      const account = getAccount.get(deviceId, jid);
      if (account === undefined) throw new WharfError('DEVICE_NOT_FOUND');
      const scope = {
        messages: messages(account),
        chats: chats(account),
        contacts: contacts(account),
        outbox: outbox(account),
        rawMessages: rawMessages(account),
        responses: responses(account),
        waitingAnswers: waitingAnswers(account),
        appState: appState(account),
        autoReplies: autoReplies(account),
        media: media(account),
        wantedMedia: wantedMedia(account),
      };
      // A transaction may yet take the account back.
      if (!db.inTransaction) scopes.set(key, scope);
      return scope;
    },
    noteOpening: sqliteGenerations(db),
    transaction: (run) => transactions.run(run),
    gather: (run) => gathered.add(run),
    watch: (clock, listener, pauseMs) => watchForeignCommits(db, file, clock, listener, pauseMs),
    close() {
      if (db.open) gathered.flush();
      db.close();
    },
  };
}
