import { spawnSync } from 'node:child_process';
import {
  closeSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { isWharfError, type Manager, openManager } from '@wharf/core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../support/storage.js';
import { link, startManager, startSimulator, stateOf, watch } from '../support/world.js';

const SHOP = '15550001';
const CAFE = '15550002';
const VERA = '15550009';

/** A file system of its own, which can be filled without hurting anybody. */
function smallDisk(): string {
  const folder = temporaryFolder();
  expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m,mode=700', 'tmpfs', folder]).status).toBe(0);
  onTestFinished(() => void spawnSync('umount', ['-l', folder]));
  return folder;
}

const canMount = (() => {
  const folder = spawnSync('mktemp', ['-d'], { encoding: 'utf8' }).stdout.trim();
  const isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder]).status === 0;
  if (isMounted) spawnSync('umount', [folder]);
  rmSync(folder, { recursive: true, force: true });
  return isMounted;
})();

/** Fills the disk of a folder but for some bytes. */
function fill(folder: string, leftBytes = 0): void {
  const file = openSync(join(folder, 'ballast'), 'a');
  const block = Buffer.alloc(4_096, 1);
  try {
    for (;;) writeSync(file, block);
  } catch (error) {
    expect(error).toMatchObject({ code: 'ENOSPC' });
    expect(statfsSync(folder).bavail).toBe(0);
    ftruncateSync(file, fstatSync(file).size - leftBytes);
  } finally {
    closeSync(file);
  }
}

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: unknown) => (isWharfError(error) ? error.code : String(error)),
  );

const firstWords = (text: string): string => text.slice(0, 20);

/** Sends until the disk has taken the last page there was in files that are open already. */
async function sendUntilFull(manager: Manager): Promise<{ accepted: string[]; refusal: string }> {
  const accepted: string[] = [];
  for (let count = 0; count < 2_000; count += 1) {
    const text = `order ${count} ${'x'.repeat(3_000)}`;
    const refusal = await codeOf(manager.send('shop', { to: VERA, text }));
    if (refusal !== 'done') return { accepted, refusal };
    accepted.push(text);
  }
  throw new Error('The disk never became full.');
}

// Needs root, as in the containers where the tests run; elsewhere there is no way to fill a disk without hurting others.
describe.skipIf(!canMount)('a disk that is full', { timeout: 90_000 }, () => {
  it('refuses sends, keeps what it has accepted, and loses no message that comes meanwhile', async () => {
    const simulator = await startSimulator();
    const storage = smallDisk();
    const manager = await startManager(simulator, { storage });
    await manager.createDevice({ id: 'shop' });
    await link(manager, simulator, 'shop', SHOP);
    const vera = simulator.addContact({ phone: VERA, name: 'Vera' });
    const heard = watch(manager);
    await vera.send(SHOP, 'before');
    await heard.until('the first is in', () => heard.texts().includes('before'));

    fill(storage, 100_000);
    const { accepted, refusal } = await sendUntilFull(manager);
    expect(refusal).toBe('STORAGE_FULL');
    expect(accepted.length).toBeGreaterThan(0);
    const texts = Array.from({ length: 5 }, (_, index) => `while full ${index} ${'y'.repeat(3_000)}`);
    for (const text of texts) await vera.send(SHOP, text);
    await stateOf(manager, 'shop', (state) => 'reason' in state && state.reason === 'storage_failed');

    rmSync(join(storage, 'ballast'));
    await heard.until('all are in', () => texts.every((text) => heard.texts().includes(text)));
    expect(heard.texts().map(firstWords).toSorted()).toEqual(['before', ...texts].map(firstWords).toSorted());
    await stateOf(manager, 'shop', (state) => state.name === 'connected' && !state.isSyncing);
    const last = await manager.send('shop', { to: VERA, text: 'after' });
    await vera.waitForMessage(({ text }) => text === 'after', { timeoutMs: 30_000 });
    expect(await manager.waitForSend('shop', last.messageId)).toMatchObject({ state: 'sent' });
    const received = vera.messages.map(({ text = '' }) => text).filter((text) => /^(order|after)/.test(text));
    expect(received.map(firstWords)).toEqual([...accepted, 'after'].map(firstWords));
  });

  it('is a typed error when the storage is opened there', async () => {
    const storage = smallDisk();
    fill(storage);
    expect(await codeOf(openManager({ storage }))).toBe('STORAGE_FULL');
  });

  it('that is mounted read-only is a typed error', async () => {
    const storage = smallDisk();
    await (await openManager({ storage })).close();
    expect(spawnSync('mount', ['-o', 'remount,ro', storage]).status).toBe(0);
    expect(await codeOf(openManager({ storage }))).toBe('STORAGE_NOT_WRITABLE');
  });
});

/** Overwrites the middle of a file. */
function damage(file: string): void {
  const bytes = readFileSync(file);
  bytes.fill(0x5a, 0, Math.min(bytes.length, 9_000));
  writeFileSync(file, bytes);
}

describe('a damaged file', () => {
  it('of one device stops that device, which says so, and no other', async () => {
    const simulator = await startSimulator();
    const storage = temporaryFolder();
    const first = await openManager({ storage, endpoint: simulator.endpoint });
    await first.createDevice({ id: 'shop' });
    await link(first, simulator, 'shop', SHOP);
    const [folder = ''] = readdirSync(join(storage, 'sessions'));
    await first.createDevice({ id: 'cafe' });
    await link(first, simulator, 'cafe', CAFE);
    await first.close();
    damage(join(storage, 'sessions', folder, 'session.db'));

    const manager = await startManager(simulator, { storage });
    expect(await stateOf(manager, 'shop', ({ name }) => name === 'disconnected')).toEqual({
      name: 'disconnected',
      reason: 'storage_damaged',
    });
    expect(await codeOf(manager.startDevice('shop'))).toBe('STORAGE_DAMAGED');
    await stateOf(manager, 'cafe', (state) => state.name === 'connected' && !state.isSyncing);
    const heard = watch(manager, { deviceId: 'cafe' });
    await simulator.addContact({ phone: VERA, name: 'Vera' }).send(CAFE, 'still open?');
    await heard.until('the other device hears', () => heard.texts().includes('still open?'));

    // The damaged session is set aside, and the device can be linked again.
    expect((await manager.logoutDevice('shop')).state.name).toBe('logged_out');
    expect(readdirSync(join(storage, 'set-aside'))).toHaveLength(1);
    await link(manager, simulator, 'shop', SHOP);
  });

  it('that all devices need is a typed error, and is left as it is', async () => {
    const storage = temporaryFolder();
    await (await openManager({ storage })).close();
    const file = join(storage, 'wharf.db');
    damage(file);
    const before = readFileSync(file);
    expect(await codeOf(openManager({ storage }))).toBe('STORAGE_DAMAGED');
    expect(readFileSync(file).equals(before)).toBe(true);
  });
});
