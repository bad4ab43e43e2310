import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cpSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isWharfError, type Logger, openManager } from '@wharf/core';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { parseEncryptionKey } from '../../packages/core/src/store/encryption/encryption-key.js';
import { openStorage } from '../../packages/core/src/store/sqlite/open-storage.js';
import { temporaryFolder } from '../support/storage.js';
import { link, startManager, startSimulator, watch } from '../support/world.js';

const SHOP = '15550001';
const VERA = '15550009';
const IN = 'the eagle lands at nine';
const OUT = 'we have fresh bread today';
const GROUP = 'Harbour breakfast club';
const IN_GROUP = 'who brings the marmalade';
const NAME = 'Vera Lindqvist';

/** What a person would search for, and what a thief would. */
const PLAIN = [SHOP, VERA, IN, OUT, GROUP, IN_GROUP, NAME, 'Lindqvist', 's.whatsapp.net', 'CREATE TABLE'];

/** A used storage: linked, with messages in and out, a group, names, a contact, a logout and a second link. */
async function use(storage: string, encryptionKey: string | undefined, onRunning = () => {}) {
  const logged: string[] = [];
  const note = (text: string) => void logged.push(text);
  const logger: Logger = { debug: note, info: note, warn: note, error: note };
  const simulator = await startSimulator();
  const manager = await startManager(simulator, {
    storage,
    logger,
    ...(encryptionKey === undefined ? {} : { encryptionKey }),
  });
  await manager.createDevice({ id: 'shop', name: 'The corner shop' });
  await link(manager, simulator, 'shop', SHOP);
  await manager.logoutDevice('shop');
  await link(manager, simulator, 'shop', SHOP);
  const vera = simulator.addContact({ phone: VERA, name: NAME });
  const group = simulator.groups.create({ by: VERA, subject: GROUP, members: [SHOP] });
  const heard = watch(manager);
  await vera.send(SHOP, IN);
  await vera.send(group.jid, IN_GROUP);
  await heard.until('both are in', () => heard.texts().length === 2);
  for (const to of [VERA, group.jid]) {
    const item = await manager.send('shop', { to, text: OUT });
    expect((await manager.waitForSend('shop', item.messageId)).state).toBe('sent');
  }
  onRunning();
  await manager.close();
  return logged;
}

/** Which of these texts or bytes (as hexadecimal digits) are in a file or a name, as told by a process of its own: to close a file in this one would free SQLite's locks. */
function find(storage: string, texts: string[], bytes: string[] = []): string[] {
  const code = `
    const { readdirSync, readFileSync } = require('node:fs');
    const { join } = require('node:path');
    const [storage, texts, bytes] = JSON.parse(process.argv[1]);
    const wanted = [...texts.map((text) => [text, Buffer.from(text)]), ...bytes.map((hex) => [hex, Buffer.from(hex, 'hex')])];
    const found = new Set();
    for (const entry of readdirSync(storage, { recursive: true, withFileTypes: true })) {
      const content = entry.isFile() ? readFileSync(join(entry.parentPath, entry.name)) : Buffer.alloc(0);
      for (const [what, part] of wanted) if (content.includes(part) || entry.name.includes(what)) found.add(what);
    }
    console.log(JSON.stringify([...found]));`;
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['-e', code, JSON.stringify([storage, texts, bytes])],
    {
      encoding: 'utf8',
    },
  );
  if (stderr) throw new Error(stderr);
  return JSON.parse(stdout);
}

/** The keys of the device, in every form in which they may be on disk. */
async function keysIn(storage: string, encryptionKey: string | undefined) {
  const { store, openSession } = await openStorage(storage, {
    key: encryptionKey === undefined ? undefined : parseEncryptionKey(encryptionKey),
  });
  const session = openSession(join(storage, store.devices.getAll()[0]?.sessionFolder ?? ''));
  const creds = JSON.parse(session.get('creds', ['creds']).get('creds') ?? '');
  const names = [VERA, `${session.signal.lids.get(VERA)}_1`];
  const [address = ''] = names.flatMap((name) => session.signal.sessions.getAddresses(name));
  const record = session.signal.sessions.get(address);
  const preKey = [...Array(900).keys()].map((id) => session.signal.preKeys.get(id)).find((pair) => pair);
  session.close();
  store.close();
  const base64: string[] = [
    creds.noiseKey.private.data,
    creds.signedIdentityKey.private.data,
    creds.signedPreKey.keyPair.private.data,
    creds.advSecretKey,
  ];
  const hex = [record, preKey?.private].map((value) => Buffer.from(value ?? []).toString('hex'));
  for (const value of [...base64, ...hex]) expect(value.length).toBeGreaterThan(20);
  return { base64, hex: [...hex, ...base64.map((text) => Buffer.from(text, 'base64').toString('hex'))] };
}

describe('an encrypted storage that is used', () => {
  it('holds no number, name, text or key in any file or name, while it runs and after', async () => {
    const storage = temporaryFolder();
    const key = randomBytes(32).toString('hex');
    const copy = join(temporaryFolder(), 'running');
    const printed: unknown[] = [];
    for (const stream of [process.stdout, process.stderr]) {
      vi.spyOn(stream, 'write').mockImplementation((words) => printed.push(words) > 0);
    }
    onTestFinished(() => void vi.restoreAllMocks());
    const logged = await use(storage, key, () => {
      // By another process, see above; and to be looked through again when the keys are known.
      expect(spawnSync('cp', ['-r', storage, copy]).status).toBe(0);
      expect(find(storage, PLAIN)).toEqual([]);
    });
    const { base64, hex } = await keysIn(storage, key);
    const secrets = [...PLAIN, ...base64, key];
    expect(readdirSync(copy).join()).toContain('wharf.db-wal');
    for (const folder of [copy, storage]) expect(find(folder, secrets, [...hex, key])).toEqual([]);
    for (const words of [...logged, ...printed.map(String)]) {
      for (const secret of [SHOP, VERA, IN, OUT, IN_GROUP, ...base64, key])
        expect(words).not.toContain(secret);
    }
    for (const entry of readdirSync(storage, { recursive: true, withFileTypes: true })) {
      const { mode } = statSync(join(entry.parentPath, entry.name));
      expect(mode & 0o777, entry.name).toBe(entry.isDirectory() ? 0o700 : 0o600);
    }
  });

  it('would hold all of that without a key', async () => {
    const storage = temporaryFolder();
    const copy = join(temporaryFolder(), 'running');
    await use(storage, undefined, () => void spawnSync('cp', ['-r', storage, copy]));
    const { base64, hex } = await keysIn(storage, undefined);
    const found = new Set([
      ...find(copy, [...PLAIN, ...base64], hex),
      ...find(storage, [...PLAIN, ...base64], hex),
    ]);
    for (const secret of [SHOP, VERA, IN, OUT, IN_GROUP, NAME, ...base64, ...hex.slice(0, 2)]) {
      expect([...found], secret).toContain(secret);
    }
  });

  it('goes on as before at the next start, and not with a wrong key', async () => {
    const simulator = await startSimulator();
    const storage = temporaryFolder();
    const encryptionKey = 'correct horse battery staple';
    const first = await openManager({ storage, endpoint: simulator.endpoint, encryptionKey });
    await first.createDevice({ id: 'shop' });
    await link(first, simulator, 'shop', SHOP);
    await first.close();
    const before = temporaryFolder();
    cpSync(storage, before, { recursive: true });
    for (const wrong of ['wrong horse battery staple', undefined]) {
      const error = await openManager({
        storage,
        endpoint: simulator.endpoint,
        ...(wrong === undefined ? {} : { encryptionKey: wrong }),
      }).catch((caught: unknown) => caught);
      expect(isWharfError(error) && error.code).toBe(
        wrong ? 'ENCRYPTION_KEY_WRONG' : 'ENCRYPTION_KEY_MISSING',
      );
    }
    expect(spawnSync('diff', ['-r', storage, before]).stdout.toString()).toBe('');

    const second = await startManager(simulator, { storage, encryptionKey });
    const heard = watch(second);
    await simulator.addContact({ phone: VERA, name: NAME }).send(SHOP, IN);
    await heard.until('it is in', () => heard.texts().includes(IN));
  });
});
