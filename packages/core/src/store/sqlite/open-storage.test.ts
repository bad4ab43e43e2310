import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ENCRYPTION_FILE } from '../encryption/encryption-file.js';
import { parseEncryptionKey } from '../encryption/encryption-key.js';
import { openStorage } from './open-storage.js';
import { fillStorage, leaks, readStorage, SECRETS, SESSIONS, snapshot } from './test-storage.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wharf-storage-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const KEY = 'a1'.repeat(32);
const OTHER = 'b2'.repeat(32);
const whole = { messages: 50, contacts: ['Vera Example'], sessions: SESSIONS.map(() => 1_992) };

describe('an encrypted storage', () => {
  it.each([
    ['a key', KEY],
    ['a passphrase', 'correct horse battery'],
  ])('is read back with %s, and shows nothing of what is in it', async (_name, key) => {
    await fillStorage(folder, key);
    expect(await readStorage(folder, key)).toEqual(whole);
    expect(leaks(folder, SECRETS)).toEqual([]);
  });

  it('would show everything without a key', async () => {
    await fillStorage(folder);
    expect(new Set(leaks(folder, SECRETS).map((leak) => leak.split(': ')[1]))).toEqual(new Set(SECRETS));
  });

  it('shows nothing in its write-ahead logs while it is open', async () => {
    const { store, openSession } = await openStorage(folder, { key: parseEncryptionKey(KEY) });
    store.cursors.put('meet me at nine', 1, 1);
    const session = openSession(join(folder, 'sessions', 'one'));
    session.set([{ type: 'creds', id: 'me', value: 'Vera Example 15550009' }]);
    // In another process: to close a file in this one would free SQLite's locks.
    const listing = spawnSync('grep', ['-rlaE', SECRETS.join('|'), folder]).stdout.toString();
    expect(readdirSync(folder)).toContain('wharf.db-wal');
    expect(readdirSync(session.folder)).toContain('session.db-wal');
    expect(listing).toBe('');
    session.close();
    store.close();
  });

  it.each([
    ['another key', OTHER, 'ENCRYPTION_KEY_WRONG'],
    ['a passphrase instead', 'correct horse battery', 'ENCRYPTION_KEY_WRONG'],
    ['no key', undefined, 'ENCRYPTION_KEY_MISSING'],
  ])('refuses %s and stays byte for byte what it was', async (_name, key, code) => {
    await fillStorage(folder, KEY);
    const before = snapshot(folder);
    await expect(readStorage(folder, key)).rejects.toMatchObject({ code });
    expect(snapshot(folder)).toEqual(before);
    expect(await readStorage(folder, KEY)).toEqual(whole);
  });

  it('tells a damaged file from a wrong key', async () => {
    await fillStorage(folder, KEY);
    const file = join(folder, 'wharf.db');
    const bytes = readFileSync(file);
    bytes.fill(0x55, 100, 400);
    writeFileSync(file, bytes);
    await expect(readStorage(folder, KEY)).rejects.toMatchObject({ code: 'STORAGE_DAMAGED' });
    writeFileSync(join(folder, ENCRYPTION_FILE), '{}');
    await expect(readStorage(folder, KEY)).rejects.toMatchObject({
      code: 'STORAGE_DAMAGED',
      details: { file: ENCRYPTION_FILE },
    });
  });

  it('notices bits that were changed on disk', async () => {
    await fillStorage(folder, KEY);
    const file = join(folder, SESSIONS[0] ?? '', 'session.db');
    const bytes = readFileSync(file);
    for (let at = 500; at < bytes.length; at += 4_096) bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
    writeFileSync(file, bytes);
    await expect(readStorage(folder, KEY)).rejects.toMatchObject({ code: 'STORAGE_DAMAGED' });
  });

  it('lets nobody but its owner read files and folders', async () => {
    await fillStorage(folder, KEY);
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      const { mode } = statSync(join(entry.parentPath, entry.name));
      expect(mode & 0o777, entry.name).toBe(entry.isDirectory() ? 0o700 : 0o600);
    }
  });

  it('holds a session for one process, and gives it free when that process is killed', async () => {
    await fillStorage(folder, KEY);
    const key = parseEncryptionKey(KEY);
    const { store, openSession } = await openStorage(folder, { key });
    const path = join(folder, SESSIONS[0] ?? '');
    const session = openSession(path);
    expect(() => openSession(path)).toThrow(expect.objectContaining({ code: 'DEVICE_IN_USE' }));
    session.close();
    store.close();
  });
});

describe('a storage without encryption', () => {
  it('refuses a key, says how to encrypt it, and stays byte for byte what it was', async () => {
    await fillStorage(folder);
    const before = snapshot(folder);
    await expect(readStorage(folder, KEY)).rejects.toThrow(/wharf-storage encrypt --storage/);
    await expect(readStorage(folder, KEY)).rejects.toMatchObject({ code: 'STORAGE_NOT_ENCRYPTED' });
    expect(snapshot(folder)).toEqual(before);
    expect(await readStorage(folder)).toEqual(whole);
  });
});

describe('opening a new storage', () => {
  it('from several sides at once leads to one and the same', async () => {
    const all = await Promise.all([1, 2, 3].map(() => openStorage(folder, { key: parseEncryptionKey(KEY) })));
    all[0]?.store.cursors.put('reader', 7, 1);
    expect(all.map(({ store }) => store.cursors.get('reader'))).toEqual([7, 7, 7]);
    for (const { store } of all) store.close();
  });
});
