import type { DeviceState } from '@wharf/core';
import { describe, expect, it } from 'vitest';
import { link, qrOf, startManager, startSimulator, stateOf } from '../support/world.js';

const isReady = (state: DeviceState) => state.name === 'connected' && !state.isSyncing;

/** A device that is linked and stopped. */
async function startStopped() {
  const simulator = await startSimulator();
  const manager = await startManager(simulator);
  await manager.createDevice({ id: 'shop' });
  await link(manager, simulator, 'shop', '15550001');
  await manager.stopDevice('shop');
  return { simulator, manager };
}

describe('a login of a linked device that the server refuses', () => {
  it.each([
    [401, { name: 'logged_out', reason: 'unlinked_from_phone' }],
    [403, { name: 'logged_out', reason: 'account_refused' }],
    [406, { name: 'logged_out', reason: 'account_refused' }],
    [409, { name: 'disconnected', reason: 'rejected' }],
    [411, { name: 'disconnected', reason: 'rejected' }],
    [440, { name: 'disconnected', reason: 'replaced' }],
  ] as const)('with %i leaves it %o', async (reason, expected) => {
    const { simulator, manager } = await startStopped();
    simulator.faults.add({ kind: 'refuse-login', reason });
    await manager.startDevice('shop');
    expect(await stateOf(manager, 'shop', ({ name }) => name === expected.name)).toEqual(expected);
  });

  it('with 402 says until when it is banned, and lets it in after that', async () => {
    const { simulator, manager } = await startStopped();
    simulator.faults.add({ kind: 'refuse-login', reason: 402, expireSeconds: 600 });
    const before = Date.now();
    await manager.startDevice('shop');
    const state = await stateOf(manager, 'shop', ({ name }) => name === 'disconnected');
    const expiresAt = (state.name === 'disconnected' && state.expiresAt) || 0;
    expect(state).toMatchObject({ reason: 'banned' });
    expect(expiresAt).toBeGreaterThanOrEqual(before + 600_000);
    expect(expiresAt).toBeLessThanOrEqual(Date.now() + 600_000);
    simulator.faults.clear();
    await manager.startDevice('shop');
    await stateOf(manager, 'shop', isReady);
  });

  it('with 405 is tried once more with the current version, and is outdated then', async () => {
    const { simulator, manager } = await startStopped();
    const [fault] = [simulator.faults.add({ kind: 'refuse-login', reason: 405 })];
    await manager.startDevice('shop');
    expect(await stateOf(manager, 'shop', ({ name }) => name === 'disconnected')).toEqual({
      name: 'disconnected',
      reason: 'outdated',
    });
    expect(simulator.faults.list().find(({ id }) => id === fault?.id)?.strikes).toBe(2);
    simulator.faults.clear();
    await manager.startDevice('shop');
    await stateOf(manager, 'shop', isReady);
  });

  it.each([408, 428, 500, 501, 503, 515, 599])('with %i is repeated until it is accepted', async (reason) => {
    const { simulator, manager } = await startStopped();
    simulator.faults.add({ kind: 'refuse-login', reason, times: 2 });
    await manager.startDevice('shop');
    expect(await stateOf(manager, 'shop', isReady)).toEqual({ name: 'connected', isSyncing: false });
    expect(simulator.faults.list()[0]?.strikes).toBe(2);
  });
});

describe('a login with a new code', () => {
  it('for a phone number that is refused one, fails and shows none', async () => {
    const simulator = await startSimulator();
    const manager = await startManager(simulator);
    await manager.createDevice({ id: 'shop' });
    simulator.faults.add({ kind: 'refuse-queries', code: 400, only: { tag: 'iq', xmlns: 'md' } });
    const login = await manager.loginDevice('shop', { method: 'code', phone: '15550001' });
    const steps: string[] = [];
    for await (const { type } of login) steps.push(type);
    expect(steps).not.toContain('code');
    expect(await login.outcome).toMatchObject({ type: 'failed', error: { code: 'LOGIN_REFUSED' } });
    expect((await manager.getDevice('shop')).state).toEqual({ name: 'disconnected', reason: 'rejected' });
    simulator.faults.clear();
    await link(manager, simulator, 'shop', '15550001');
  });

  it.each([
    [401, 'rejected', 'LOGIN_REFUSED'],
    [405, 'outdated', 'LOGIN_REFUSED'],
    [408, 'pairing_expired', 'LOGIN_EXPIRED'],
    [500, 'login_failed', 'CONNECTION_FAILED'],
    [503, 'login_failed', 'CONNECTION_FAILED'],
  ] as const)('that is closed with %i ends %s, and the next one works', async (code, reason, error) => {
    const simulator = await startSimulator();
    const manager = await startManager(simulator);
    await manager.createDevice({ id: 'shop' });
    const login = await manager.loginDevice('shop');
    await qrOf(login);
    simulator.faults.add({ kind: 'close', code });
    expect(await login.outcome).toMatchObject({ type: 'failed', error: { code: error } });
    expect((await manager.getDevice('shop')).state).toEqual({ name: 'disconnected', reason });
    await link(manager, simulator, 'shop', '15550001');
  });
});
