import { bounds, type ManagerOptions } from '@wharf/core';
import { describe, expect, it } from 'vitest';
import { fastClock } from '../support/fast-clock.js';
import { link, startManager, startSimulator, stateOf, watch } from '../support/world.js';

/** The bounds are the default ones; their minutes pass in seconds. */
const clock = () => fastClock(10);

const isReady = (state: { name: string; isSyncing?: boolean }) =>
  state.name === 'connected' && !state.isSyncing;

describe('a connection that has gone deaf', () => {
  it.each([
    ['answers pings and delivers nothing', true],
    ['answers nothing at all', false],
  ])('because the server %s, is found out and made anew, and nothing is lost', async (_, answersQueries) => {
    const simulator = await startSimulator();
    const manager = await startManager(simulator, { clock: clock() });
    await manager.createDevice({ id: 'shop' });
    await link(manager, simulator, 'shop', '15550001');
    const heard = watch(manager);
    const vera = simulator.addContact({ phone: '15550009', name: 'Vera' });
    await vera.send('15550001', 'before');
    await heard.until('the first message is in', () => heard.texts().length > 0);
    const deaf = stateOf(manager, 'shop', (state) => state.name === 'reconnecting');
    const fault = simulator.faults.add({ kind: 'silent', answersQueries, target: '15550001' });
    for (const text of ['one', 'two', 'three']) await vera.send('15550001', text);
    expect(await deaf).toMatchObject({ name: 'reconnecting', reason: 'deaf' });
    simulator.faults.remove(fault.id);
    await heard.until('what was held back is in', () => heard.texts().includes('three'));
    await stateOf(manager, 'shop', isReady);
    await vera.send('15550001', 'after');
    await heard.until('the next message is in', () => heard.texts().includes('after'));
    expect(heard.texts()).toEqual(['before', 'one', 'two', 'three', 'after']);
  });

  it('again after it was made anew, is found out again, for as long as it takes', async () => {
    const simulator = await startSimulator();
    const manager = await startManager(simulator, { clock: clock() });
    await manager.createDevice({ id: 'shop' });
    await link(manager, simulator, 'shop', '15550001');
    const states: string[] = [];
    manager.onState(({ device: { state } }) => {
      if (state.name !== 'reconnecting') states.push(state.name);
      else if (state.retryAt) states.push(state.reason);
    });
    const fault = simulator.faults.add({ kind: 'silent', answersQueries: true, target: '15550001' });
    const vera = simulator.addContact({ phone: '15550009', name: 'Vera' });
    const heard = watch(manager);
    await vera.send('15550001', 'hello?');
    await expect.poll(() => states.filter((state) => state === 'deaf').length, { timeout: 15_000 }).toBe(2);
    simulator.faults.remove(fault.id);
    await heard.until('the message is in', () => heard.texts().includes('hello?'));
    expect(heard.texts()).toEqual(['hello?']);
  });

  it('or only has nothing to say for an hour, is made anew to be sure', async () => {
    const hurried: NonNullable<ManagerOptions['clock']> = {
      now: () => Date.now(),
      after(ms, run) {
        // An hour of checks passes in seconds; the server has all the time it needs for each answer.
        const timer = setTimeout(run, ms === bounds.checkMs ? ms / 2_000 : ms);
        return () => clearTimeout(timer);
      },
    };
    const simulator = await startSimulator();
    const manager = await startManager(simulator, { clock: hurried });
    await manager.createDevice({ id: 'shop' });
    await link(manager, simulator, 'shop', '15550001');
    expect(await stateOf(manager, 'shop', (state) => state.name === 'reconnecting')).toMatchObject({
      reason: 'silent',
    });
    await stateOf(manager, 'shop', isReady);
    expect(simulator.account('15550001').devices[0]?.connectionsOpened).toBe(2);
  });

  it('is not suspected while it is idle and healthy', async () => {
    const simulator = await startSimulator();
    const manager = await startManager(simulator, { clock: fastClock(25) });
    await manager.createDevice({ id: 'shop' });
    await link(manager, simulator, 'shop', '15550001');
    let echoes = 0;
    simulator.on('stanza', ({ direction, stanza }) => {
      if (direction === 'in' && stanza.tag === 'receipt' && stanza.attrs.type === 'peer_msg') echoes += 1;
    });
    await expect.poll(() => echoes, { timeout: 15_000 }).toBeGreaterThan(6);
    expect((await manager.getDevice('shop')).state).toEqual({ name: 'connected', isSyncing: false });
    expect(simulator.account('15550001').devices[0]?.connectionsOpened).toBe(1);
  });
});

describe('a login', () => {
  it('whose server falls silent while the code is shown, ends with an error', async () => {
    const simulator = await startSimulator();
    const manager = await startManager(simulator, { clock: clock() });
    await manager.createDevice({ id: 'shop' });
    const login = await manager.loginDevice('shop');
    for await (const step of login) if (step.type === 'qr') break;
    simulator.faults.add({ kind: 'silent' });
    expect(await login.outcome).toMatchObject({ type: 'failed', error: { code: 'CONNECTION_FAILED' } });
    expect((await manager.getDevice('shop')).state).toEqual({ name: 'disconnected', reason: 'login_failed' });
  });
});
