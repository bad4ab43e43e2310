import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorCodes, isWharfError, openManager, type WharfError } from '@wharf/core';
import Sqlite from 'better-sqlite3-multiple-ciphers';
import { describe, expect, it, vi } from 'vitest';
import { runProgram } from '../support/program.js';
import { temporaryFolder } from '../support/storage.js';
import { link, qrOf, startManager, startSimulator, stateOf } from '../support/world.js';

/** The error of a call that must fail with a sentence and a remedy. */
async function refused(call: Promise<unknown>): Promise<WharfError> {
  const error: unknown = await call.then(
    () => new Error('The call succeeded.'),
    (thrown: unknown) => thrown,
  );
  if (!isWharfError(error)) throw error;
  expect(error.message).toContain(errorCodes[error.code].remedy);
  return error;
}

describe('bad input', () => {
  it('that names an unknown device is refused', async () => {
    const manager = await startManager(await startSimulator());
    for (const call of [
      manager.getDevice('nobody'),
      manager.loginDevice('nobody'),
      manager.send('nobody', { to: '15550009', text: 'hi' }),
      manager.logoutDevice('nobody'),
      manager.removeDevice('nobody'),
      manager.resolve('nobody'),
    ]) {
      expect(await refused(call)).toMatchObject({
        code: 'DEVICE_NOT_FOUND',
        httpStatus: 404,
        retry: 'never',
      });
    }
  });

  it('that names no device is refused, unless there is exactly one', async () => {
    const manager = await startManager(await startSimulator());
    expect(await refused(manager.resolve())).toMatchObject({ code: 'DEVICE_ID_REQUIRED', httpStatus: 400 });
    await manager.createDevice({ id: 'one' });
    expect((await manager.resolve()).id).toBe('one');
    expect((await manager.resolve('')).id).toBe('one');
    await manager.createDevice({ id: 'two' });
    expect((await refused(manager.resolve())).code).toBe('DEVICE_ID_REQUIRED');
  });

  it.each(['', '../../etc', 'a b', 'x'.repeat(65)])('with the device ID "%s" is refused', async (id) => {
    const manager = await startManager(await startSimulator());
    expect((await refused(manager.createDevice({ id }))).code).toBe('DEVICE_ID_INVALID');
  });

  it('that creates a device twice is refused', async () => {
    const manager = await startManager(await startSimulator());
    await manager.createDevice({ id: 'shop' });
    expect((await refused(manager.createDevice({ id: 'shop' }))).code).toBe('DEVICE_EXISTS');
  });

  it('is refused for a device that is not logged in, before and after a login', async () => {
    const simulator = await startSimulator();
    const manager = await startManager(simulator);
    await manager.createDevice({ id: 'shop' });
    const message = { to: '15550009', text: 'hi' };
    expect((await refused(manager.send('shop', message))).code).toBe('DEVICE_NOT_CONNECTED');
    const login = await manager.loginDevice('shop');
    expect((await refused(manager.send('shop', message))).code).toBe('DEVICE_NOT_CONNECTED');
    login.cancel();
    await link(manager, simulator, 'shop', '15550001');
    await manager.stopDevice('shop');
    expect((await refused(manager.send('shop', message))).code).toBe('DEVICE_NOT_CONNECTED');
    await manager.logoutDevice('shop');
    expect((await refused(manager.send('shop', message))).code).toBe('DEVICE_LOGGED_OUT');
  });

  it('with a malformed recipient or text is refused, and nothing is queued', async () => {
    const simulator = await startSimulator();
    const manager = await startManager(simulator);
    await manager.createDevice({ id: 'shop' });
    await link(manager, simulator, 'shop', '15550001');
    for (const to of ['', '12', '0170 123', 'Vera', '+49x170123456', undefined as unknown as string]) {
      expect((await refused(manager.send('shop', { to, text: 'hi' }))).code).toBe('RECIPIENT_INVALID');
    }
    for (const text of ['', 'x'.repeat(65_537), 5 as unknown as string]) {
      expect((await refused(manager.send('shop', { to: '15550009', text }))).code).toBe('MESSAGE_INVALID');
    }
    expect(await manager.listChats('shop')).toEqual([]);
  });

  it('that logs in a device that is linked is refused', async () => {
    const simulator = await startSimulator();
    const manager = await startManager(simulator);
    await manager.createDevice({ id: 'shop' });
    await link(manager, simulator, 'shop', '15550001');
    expect((await refused(manager.loginDevice('shop'))).code).toBe('DEVICE_LOGGED_IN');
  });

  it('with an endpoint that is not on this machine is refused', async () => {
    const endpoint = { ws: 'ws://192.168.0.5:8383/ws/chat', noiseRootPublicKey: '00'.repeat(32) };
    expect((await refused(openManager({ storage: temporaryFolder(), endpoint }))).code).toBe(
      'ENDPOINT_NOT_LOOPBACK',
    );
  });

  it('with a storage folder that cannot be written is refused', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'file'), '');
    const storage = join(folder, 'file', 'storage');
    expect((await refused(openManager({ storage }))).code).toBe('STORAGE_NOT_WRITABLE');
    expect((await refused(openManager({ storage: '/proc/wharf' }))).code).toBe('STORAGE_NOT_WRITABLE');
  });

  it('with a storage folder that only others may write is refused', async () => {
    const folder = temporaryFolder();
    const storage = join(folder, 'storage');
    chmodSync(folder, 0o755);
    mkdirSync(storage, { mode: 0o555 });
    // As somebody else than root, to whom modes mean nothing; who may not be able to read this checkout either.
    const code = await runProgram(
      `import { openManager } from '@wharf/core';
       await (await openManager({ storage: ${JSON.stringify(join(folder, 'other'))} })).close();
       process.setuid?.(65534);
       try { await openManager({ storage: ${JSON.stringify(storage)} }); } catch (error) { console.log(error.code); }`,
    );
    expect(code.stdout.trim()).toBe('STORAGE_NOT_WRITABLE');
  });

  it('with a storage that a newer version has written is refused', async () => {
    const storage = temporaryFolder();
    await (await openManager({ storage })).close();
    const db = new Sqlite(join(storage, 'wharf.db'));
    db.pragma('user_version = 999');
    db.close();
    expect((await refused(openManager({ storage }))).code).toBe('STORAGE_TOO_NEW');
  });

  it('is refused by a manager that was closed', async () => {
    const manager = await startManager(await startSimulator());
    await manager.close();
    expect((await refused(manager.listDevices())).code).toBe('MANAGER_CLOSED');
  });
});

describe('a QR code', () => {
  it('that expired is refused by the phone, and the login ends when all have', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const simulator = await startSimulator();
      const manager = await startManager(simulator);
      await manager.createDevice({ id: 'shop' });
      const login = await manager.loginDevice('shop');
      const first = await qrOf(login);
      const codes = new Set([first]);
      while (!['failed', 'connected'].includes(login.current.type)) {
        await vi.advanceTimersByTimeAsync(20_000);
        if (login.current.type === 'qr') codes.add(login.current.qr);
      }
      expect(codes.size).toBe(6);
      expect(await login.outcome).toMatchObject({
        type: 'failed',
        error: { code: 'LOGIN_EXPIRED', httpStatus: 410 },
      });
      await expect(simulator.scan(first, { phone: '15550001' })).rejects.toThrow(/expired/);
      expect((await manager.getDevice('shop')).state).toEqual({
        name: 'disconnected',
        reason: 'pairing_expired',
      });
    } finally {
      vi.useRealTimers();
    }
  });

  it('can be asked for again after that', async () => {
    const simulator = await startSimulator();
    const manager = await startManager(simulator);
    await manager.createDevice({ id: 'shop' });
    (await manager.loginDevice('shop')).cancel();
    await stateOf(manager, 'shop', ({ name }) => name === 'disconnected');
    await link(manager, simulator, 'shop', '15550001');
  });
});
