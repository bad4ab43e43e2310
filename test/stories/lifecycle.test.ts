import { cpSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type DeviceState, type Manager, openManager } from '@wharf/core';
import type { Simulator } from '@wharf/simulator';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { startProxy } from '../support/proxy.js';
import { temporaryFolder } from '../support/storage.js';
import { link, qrOf, startManager, startSimulator, stateOf, watch } from '../support/world.js';

const HOUR_MS = 3_600_000;
const VERA = '15550009';

const isReady = (state: DeviceState) => state.name === 'connected' && !state.isSyncing;

/** A device that is linked to 15550001, and Vera. */
async function startShop(options: Parameters<typeof startManager>[1] = {}) {
  const simulator = await startSimulator();
  const manager = await startManager(simulator, options);
  await manager.createDevice({ id: 'shop' });
  await link(manager, simulator, 'shop', '15550001');
  const vera = simulator.addContact({ phone: VERA, name: 'Vera' });
  return { simulator, manager, vera };
}

/** All that a device shows of its account. */
async function shown(manager: Manager) {
  const [messages, chats, contacts, sends] = await Promise.all([
    manager.listMessages('shop', VERA),
    manager.listChats('shop'),
    manager.listContacts('shop'),
    manager.listSends('shop'),
  ]);
  return { messages, chats, contacts, sends };
}

const loginsOf = (simulator: Simulator) =>
  simulator.account('15550001').devices.map(({ connectionsOpened }) => connectionsOpened);

describe('a device that is logged out and in again', () => {
  it('shows nothing of the account before when it is another one, and all of it when it is the same', async () => {
    const { simulator, manager, vera } = await startShop();
    const heard = watch(manager);
    await vera.send('15550001', 'to the first number');
    await heard.until('the message is in', () => heard.texts().length > 0);
    const item = await manager.send('shop', { to: VERA, text: 'from the first number' });
    await manager.waitForSend('shop', item.messageId);
    await vera.waitForMessage(({ text }) => text === 'from the first number', { timeoutMs: 5_000 });
    await expect.poll(() => manager.getMessage('shop', item.messageId)).toMatchObject({ delivery: 'read' });
    const before = await shown(manager);
    expect(before.messages).toHaveLength(2);

    await manager.logoutDevice('shop');
    expect(await shown(manager)).toEqual({ messages: [], chats: [], contacts: [], sends: [] });

    await link(manager, simulator, 'shop', '15550002');
    expect(await shown(manager)).toEqual({ messages: [], chats: [], contacts: [], sends: [] });
    expect(await manager.getMessage('shop', item.messageId)).toBeUndefined();
    await expect(manager.waitForSend('shop', item.messageId, { timeoutMs: 0 })).rejects.toMatchObject({
      code: 'MESSAGE_NOT_FOUND',
    });
    await vera.send('15550002', 'to the second number');
    await heard.until('the message is in', () => heard.texts().includes('to the second number'));
    expect((await shown(manager)).messages).toHaveLength(1);
    const jids = heard.events.flatMap((event) => (event.type === 'message' ? [event.jid] : []));
    expect(new Set(jids)).toEqual(new Set(['15550001@s.whatsapp.net', '15550002@s.whatsapp.net']));
    expect(heard.events.filter(({ type }) => type === 'message').at(-1)?.jid).toBe('15550002@s.whatsapp.net');

    await manager.logoutDevice('shop');
    await link(manager, simulator, 'shop', '15550001');
    expect(await shown(manager)).toEqual(before);
    const again = await manager.send('shop', { to: VERA, text: 'again' });
    expect((await manager.waitForSend('shop', again.messageId)).state).toBe('sent');
  });

  it('is logged out at once while it is reconnecting, and can be linked again', async () => {
    const { simulator, manager } = await startShop();
    simulator.faults.add({ kind: 'refuse-connection' });
    simulator.closeConnection('15550001', 'reset');
    await stateOf(manager, 'shop', ({ name }) => name === 'reconnecting');
    expect((await manager.logoutDevice('shop')).state).toEqual({
      name: 'logged_out',
      reason: 'logged_out_here',
    });
    simulator.faults.clear();
    await link(manager, simulator, 'shop', '15550001');
  });

  it('is told at the next connection that its phone has unlinked it meanwhile', async () => {
    const { simulator, manager } = await startShop();
    await manager.stopDevice('shop');
    simulator.unlink('15550001', 1);
    await manager.startDevice('shop');
    expect(await stateOf(manager, 'shop', ({ name }) => name === 'logged_out')).toMatchObject({
      reason: 'unlinked_from_phone',
    });
  });
});

describe('a device that is removed', () => {
  it('while it is connected, is unlinked and leaves nothing behind', async () => {
    const storage = temporaryFolder();
    const { simulator, manager } = await startShop({ storage });
    await manager.removeDevice('shop');
    expect(await manager.listDevices()).toEqual([]);
    expect(simulator.account('15550001').devices).toEqual([]);
    expect(readdirSync(join(storage, 'sessions'))).toEqual([]);
    await manager.createDevice({ id: 'shop' });
    await link(manager, simulator, 'shop', '15550001');
    expect(await shown(manager)).toEqual({ messages: [], chats: [], contacts: [], sends: [] });
  });

  it.each(['dialing', 'qr'] as const)('while it is being linked (%s), ends the login', async (until) => {
    const simulator = await startSimulator();
    const manager = await startManager(simulator);
    await manager.createDevice({ id: 'shop' });
    const login = await manager.loginDevice('shop');
    for await (const { type } of login) if (type === until) break;
    await manager.removeDevice('shop');
    expect((await login.outcome).type).toBe('cancelled');
    expect(await manager.listDevices()).toEqual([]);
    await expect(manager.getDevice('shop')).rejects.toMatchObject({ code: 'DEVICE_NOT_FOUND' });
  });

  it('while it is reconnecting, is gone at once', async () => {
    const { simulator, manager } = await startShop();
    simulator.faults.add({ kind: 'hang' });
    simulator.closeConnection('15550001', 503);
    await stateOf(manager, 'shop', (state) => state.name === 'reconnecting' && !state.retryAt);
    await manager.removeDevice('shop');
    expect(await manager.listDevices()).toEqual([]);
  });
});

describe('a device whose keys are used elsewhere', () => {
  it('gives way and does not fight; started by hand, it takes over', async () => {
    const storage = temporaryFolder();
    const { simulator, manager } = await startShop({ storage });
    await manager.close();
    const copy = temporaryFolder();
    cpSync(storage, copy, { recursive: true });
    const first = await startManager(simulator, { storage });
    await stateOf(first, 'shop', isReady);
    const replaced = stateOf(first, 'shop', ({ name }) => name === 'disconnected');
    const second = await startManager(simulator, { storage: copy });
    expect(await replaced).toEqual({ name: 'disconnected', reason: 'replaced' });
    await stateOf(second, 'shop', isReady);
    expect(loginsOf(simulator)).toEqual([3]);

    const replacedInTurn = stateOf(second, 'shop', ({ name }) => name === 'disconnected');
    await first.startDevice('shop');
    expect(await replacedInTurn).toEqual({ name: 'disconnected', reason: 'replaced' });
    await stateOf(first, 'shop', isReady);
    expect(loginsOf(simulator)).toEqual([4]);
  });
});

describe('a device that is stopped', () => {
  it('while its backlog comes in, gets the rest at the next start, each message once', async () => {
    const { simulator, manager, vera } = await startShop();
    await manager.stopDevice('shop');
    const heard = watch(manager);
    const texts = Array.from({ length: 30 }, (_, index) => `message ${index}`);
    for (const text of texts) await vera.send('15550001', text);
    simulator.faults.add({ kind: 'latency', ms: 50, only: { tag: 'message' } });
    await manager.startDevice('shop');
    await stateOf(manager, 'shop', (state) => state.name === 'connected' && state.isSyncing);
    expect((await manager.stopDevice('shop')).state).toEqual({ name: 'disconnected', reason: 'stopped' });
    simulator.faults.clear();
    await manager.startDevice('shop');
    await stateOf(manager, 'shop', isReady);
    await heard.until('all messages are in', () => heard.texts().length >= texts.length);
    expect(heard.texts()).toEqual(texts);
  });
});

describe('the time of day', () => {
  it.each([5 * HOUR_MS, -5 * HOUR_MS])(
    'set by %i ms neither stalls a device nor makes it try more often',
    async (by) => {
      const simulator = await startSimulator();
      const proxy = await startProxy(simulator.endpoint);
      const manager = await startManager(simulator, { endpoint: proxy.endpoint });
      await manager.createDevice({ id: 'shop' });
      await link(manager, simulator, 'shop', '15550001');
      const vera = simulator.addContact({ phone: VERA, name: 'Vera' });
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
      onTestFinished(() => void vi.useRealTimers());
      const attempts: number[] = [];
      manager.onState(({ device: { state } }) => {
        if (state.name === 'reconnecting' && state.retryAt) attempts.push(state.attempt);
      });
      proxy.behave('refuse-upgrade');
      simulator.closeConnection('15550001', 503);
      await stateOf(manager, 'shop', (state) => state.name === 'reconnecting' && state.attempt === 1);
      vi.setSystemTime(Date.now() + by);
      await stateOf(manager, 'shop', (state) => state.name === 'reconnecting' && state.attempt === 2);
      proxy.behave('pass');
      await stateOf(manager, 'shop', isReady);
      expect(attempts).toEqual([1, 2]);
      const heard = watch(manager);
      vi.setSystemTime(Date.now() + by);
      await vera.send('15550001', 'still there?');
      await heard.until('the message is in', () => heard.texts().includes('still there?'));
      expect((await manager.getDevice('shop')).state.name).toBe('connected');
    },
  );
});

describe('a manager that is closed', () => {
  it('while its devices are in every state, closes at once and goes on at the next start', async () => {
    const storage = temporaryFolder();
    const simulator = await startSimulator();
    const manager = await openManager({ storage, endpoint: simulator.endpoint });
    for (const id of ['linked', 'waiting', 'pairing']) await manager.createDevice({ id });
    await link(manager, simulator, 'linked', '15550001');
    await link(manager, simulator, 'waiting', '15550002');
    await qrOf(await manager.loginDevice('pairing'));
    simulator.faults.add({ kind: 'refuse-connection' });
    simulator.closeConnection('15550002', 503);
    await stateOf(manager, 'waiting', ({ name }) => name === 'reconnecting');
    await manager.close();
    simulator.faults.clear();
    const after = await startManager(simulator, { storage });
    await stateOf(after, 'linked', isReady);
    await stateOf(after, 'waiting', isReady);
    expect((await after.getDevice('pairing')).state).toMatchObject({ name: 'disconnected' });
    expect(readdirSync(join(storage, 'sessions'))).toHaveLength(2);
  });
});
