import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3-multiple-ciphers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DeviceId, Jid, MessageId } from '../../types/ids.js';
import type { Message } from '../../types/message.js';
import type { Scope, Store } from '../store.js';
import { wharfMigrations } from './migrations.js';
import { openSqliteSession, openSqliteStore } from './store.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wharf-store-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const vera = '15550009@s.whatsapp.net' as Jid;
const scopeOf = (deviceId: string, jid: string) => ({ deviceId: deviceId as DeviceId, jid: jid as Jid });

function withDevices(...ids: string[]): Store {
  const store = openSqliteStore(folder);
  for (const id of ids) {
    store.devices.put({
      id: id as DeviceId,
      state: { name: 'disconnected', reason: 'created' },
      sessionFolder: id,
      createdAt: 1,
    });
  }
  return store;
}

const message = (id: string, text: string, at = 1): Message => ({
  id: id as MessageId,
  chat: vera,
  isGroup: false,
  isFromMe: false,
  sender: { jid: vera, phone: '15550009' },
  content: { kind: 'text', text },
  at,
  isOffline: false,
});

describe('the store', () => {
  it('keeps the rows of an account on a device apart from every other', () => {
    const store = withDevices('a', 'b');
    const one: Scope = scopeOf('a', '1@s.whatsapp.net');
    const sameDeviceOtherAccount = scopeOf('a', '2@s.whatsapp.net');
    const sameAccountOtherDevice = scopeOf('b', '1@s.whatsapp.net');
    store.forDevice(one).messages.put(message('M1', 'mine'));
    store.forDevice(one).contacts.put({ jid: vera, name: 'Vera' });
    store.forDevice(one).chats.touch({ jid: vera, lastMessageAt: 1 });
    for (const other of [sameDeviceOtherAccount, sameAccountOtherDevice]) {
      const scoped = store.forDevice(other);
      expect(scoped.messages.getOfChat(vera, 10)).toEqual([]);
      expect(scoped.contacts.getAll()).toEqual([]);
      expect(scoped.chats.getAll(10)).toEqual([]);
    }
    expect(store.forDevice(one).messages.getOfChat(vera, 10)).toHaveLength(1);
    store.close();
  });

  it('stores a message once', () => {
    const { messages } = withDevices('a').forDevice(scopeOf('a', '1@s.whatsapp.net'));
    expect(messages.put(message('M1', 'first'))).toBe(true);
    expect(messages.put(message('M1', 'again'))).toBe(false);
    expect(messages.getOfChat(vera, 10)).toEqual([message('M1', 'first')]);
  });

  it('stores every message of an ID that somebody else has given as well, or the same person in another chat', () => {
    const { messages } = withDevices('a').forDevice(scopeOf('a', '1@s.whatsapp.net'));
    const mine = message('M1', 'first');
    const ofAnother = { ...mine, sender: { jid: '15550008@s.whatsapp.net' as Jid } };
    const elsewhere = { ...mine, chat: '5-5@g.us' as Jid };
    for (const each of [mine, ofAnother, elsewhere]) expect(messages.put(each)).toBe(true);
    expect(messages.getOfChat(vera, 10)).toHaveLength(2);
  });

  it('moves the delivery of a message forward only', () => {
    const { messages } = withDevices('a').forDevice(scopeOf('a', '1@s.whatsapp.net'));
    messages.put({ ...message('M1', 'hello'), isFromMe: true }, 'pending');
    for (const delivery of ['read', 'delivered', 'server'] as const) {
      messages.putDelivery('M1' as MessageId, delivery);
    }
    expect(messages.getDelivery('M1' as MessageId)).toBe('read');
  });

  it('finds a person by their hidden address, and adds what is learned later', () => {
    const { contacts } = withDevices('a').forDevice(scopeOf('a', '1@s.whatsapp.net'));
    const lid = '900@lid' as Jid;
    contacts.put({ jid: vera, lid, phone: '15550009' });
    contacts.put({ jid: vera, name: 'Vera' });
    expect(contacts.getByLid(lid)).toEqual({ jid: vera, lid, phone: '15550009', name: 'Vera' });
  });

  it('forgets everything of a device that is deleted', () => {
    const store = withDevices('a');
    const scope = scopeOf('a', '1@s.whatsapp.net');
    store.forDevice(scope).messages.put(message('M1', 'hello'));
    store.forDevice(scope).outbox.putPacing('{}');
    store.devices.delete('a' as DeviceId);
    store.close();
    const db = new Sqlite(join(folder, 'wharf.db'), { readonly: true });
    for (const table of [
      'devices',
      'accounts',
      'messages',
      'chats',
      'contacts',
      'outbox',
      'pacing',
      'events',
    ]) {
      expect(db.prepare(`SELECT count(*) FROM ${table}`).pluck().get(), table).toBe(0);
    }
    db.close();
  });

  it('lets nobody but its owner read the files', () => {
    const store = withDevices('a');
    for (const file of readdirSync(folder))
      expect(statSync(join(folder, file)).mode & 0o777, file).toBe(0o600);
    store.close();
  });

  it('refuses a storage of a newer version and leaves it as it is', () => {
    openSqliteStore(folder).close();
    const file = join(folder, 'wharf.db');
    const db = new Sqlite(file);
    const newer = wharfMigrations.length + 1;
    db.pragma(`user_version = ${newer}`);
    db.close();
    expect(() => openSqliteStore(folder)).toThrow(
      expect.objectContaining({ code: 'STORAGE_TOO_NEW', details: { version: newer } }),
    );
    const again = new Sqlite(file);
    expect(again.pragma('user_version', { simple: true })).toBe(newer);
    again.close();
  });

  it('refuses a file that is not a database', () => {
    writeFileSync(
      join(folder, 'wharf.db'),
      'not a database, but long enough to be taken for one '.repeat(40),
    );
    expect(() => openSqliteStore(folder)).toThrow(expect.objectContaining({ code: 'STORAGE_DAMAGED' }));
  });

  it('says so when the folder cannot be written', () => {
    // Root may write everywhere, so the folder is one that nobody can create.
    expect(() => openSqliteStore('/proc/wharf')).toThrow(
      expect.objectContaining({ code: 'STORAGE_NOT_WRITABLE' }),
    );
    writeFileSync(join(folder, 'file'), '');
    expect(() => openSqliteStore(join(folder, 'file', 'storage'))).toThrow(
      expect.objectContaining({ code: 'STORAGE_NOT_WRITABLE' }),
    );
    chmodSync(folder, 0o700);
  });
});

describe('the session of a device', () => {
  it('is held by one owner, and free again when that one has closed it', () => {
    const session = openSqliteSession(join(folder, 'pending', 'a'));
    expect(() => openSqliteSession(join(folder, 'pending', 'a'))).toThrow(
      expect.objectContaining({ code: 'DEVICE_IN_USE', retry: 'later' }),
    );
    session.close();
    openSqliteSession(join(folder, 'pending', 'a')).close();
  });

  it('is free again when the process that held it was killed', () => {
    const file = join(folder, 'session.db');
    openSqliteSession(folder).close();
    const holder = `
      const db = new (require('better-sqlite3-multiple-ciphers'))(${JSON.stringify(file)}, { timeout: 0 });
      db.pragma('locking_mode = EXCLUSIVE');
      db.exec('BEGIN IMMEDIATE; COMMIT');
      process.kill(process.pid, 'SIGKILL');`;
    expect(spawnSync(process.execPath, ['-e', holder]).signal).toBe('SIGKILL');
    openSqliteSession(folder).close();
  });
});
