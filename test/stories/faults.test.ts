import { type Endpoint, openManager } from '@wharf/core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startProxy } from '../support/proxy.js';
import { temporaryFolder } from '../support/storage.js';
import { link, startManager, startSimulator, stateOf, watch } from '../support/world.js';

const isReady = (state: { name: string; isSyncing?: boolean }) =>
  state.name === 'connected' && !state.isSyncing;

describe('a frame that cannot be read', () => {
  it('ends its connection and nothing else, and no message is lost', async () => {
    const simulator = await startSimulator();
    const proxy = await startProxy(simulator.endpoint);
    const manager = await startManager(simulator, { endpoint: proxy.endpoint });
    await manager.createDevice({ id: 'shop' });
    await link(manager, simulator, 'shop', '15550001');
    const heard = watch(manager);
    const vera = simulator.addContact({ phone: '15550009', name: 'Vera' });
    proxy.behave('corrupt-next');
    const broken = stateOf(
      manager,
      'shop',
      (state) => state.name === 'reconnecting' && state.reason === 'broken_frame',
    );
    await vera.send('15550001', 'in a broken frame');
    await broken;
    await heard.until('the message has come again', () => heard.texts().includes('in a broken frame'));
    await stateOf(manager, 'shop', isReady);
    expect(heard.texts()).toEqual(['in a broken frame']);
  });
});

describe('a server that does not let the device in', () => {
  it('fails a login at once when its proxy answers with 503', async () => {
    const simulator = await startSimulator();
    const proxy = await startProxy(simulator.endpoint);
    const manager = await startManager(simulator, { endpoint: proxy.endpoint });
    await manager.createDevice({ id: 'shop' });
    proxy.behave('refuse-upgrade');
    const login = await manager.loginDevice('shop');
    expect(await login.outcome).toMatchObject({ type: 'failed', error: { code: 'CONNECTION_FAILED' } });
  });

  it('is tried again by a device that has an account, until it does', async () => {
    const simulator = await startSimulator();
    const proxy = await startProxy(simulator.endpoint);
    const manager = await startManager(simulator, { endpoint: proxy.endpoint });
    await manager.createDevice({ id: 'shop' });
    await link(manager, simulator, 'shop', '15550001');
    proxy.behave('refuse-upgrade');
    const refused = stateOf(manager, 'shop', (state) => state.name === 'reconnecting' && state.attempt === 2);
    simulator.closeConnection('15550001', 503);
    await refused;
    proxy.behave('pass');
    await stateOf(manager, 'shop', isReady);
  });

  it('fails a login at once when nobody listens', async () => {
    const endpoint: Endpoint = { ws: 'ws://127.0.0.1:9/ws/chat', noiseRootPublicKey: '00'.repeat(32) };
    const manager = await openManager({ storage: temporaryFolder(), endpoint });
    onTestFinished(() => manager.close());
    await manager.createDevice({ id: 'shop' });
    const login = await manager.loginDevice('shop');
    expect(await login.outcome).toMatchObject({ type: 'failed', error: { code: 'CONNECTION_FAILED' } });
    expect((await manager.getDevice('shop')).state).toEqual({ name: 'disconnected', reason: 'login_failed' });
  });
});

describe('a connection that the server closes', () => {
  it.each([
    [401, { name: 'logged_out', reason: 'unlinked_from_phone' }],
    [402, { name: 'disconnected', reason: 'banned' }],
    [403, { name: 'logged_out', reason: 'account_refused' }],
    [406, { name: 'logged_out', reason: 'account_refused' }],
    [409, { name: 'disconnected', reason: 'rejected' }],
    [411, { name: 'disconnected', reason: 'rejected' }],
    [440, { name: 'disconnected', reason: 'replaced' }],
  ])('with %i leaves the device %o', async (code, expected) => {
    const simulator = await startSimulator();
    const manager = await startManager(simulator);
    await manager.createDevice({ id: 'shop' });
    await link(manager, simulator, 'shop', '15550001');
    const reached = stateOf(manager, 'shop', ({ name }) => name === expected.name);
    simulator.closeConnection('15550001', code);
    expect(await reached).toMatchObject(expected);
  });

  it.each([405, 408, 428, 500, 503, 515] as const)('with %i comes back by itself', async (code) => {
    const simulator = await startSimulator();
    const manager = await startManager(simulator);
    await manager.createDevice({ id: 'shop' });
    await link(manager, simulator, 'shop', '15550001');
    const lost = stateOf(manager, 'shop', ({ name }) => name === 'reconnecting');
    simulator.closeConnection('15550001', code);
    await lost;
    await stateOf(manager, 'shop', isReady);
  });
});
