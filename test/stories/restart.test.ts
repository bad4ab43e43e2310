import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { openManager } from '@wharf/core';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/storage.js';
import { link, startManager, startSimulator, stateOf, watch } from '../support/world.js';

describe('a device whose process ends', () => {
  it('is still logged in at the next start, and gets what was sent meanwhile once and in order', async () => {
    const simulator = await startSimulator();
    const storage = temporaryFolder();
    const before = await openManager({ storage, endpoint: simulator.endpoint });
    await before.createDevice({ id: 'shop' });
    await link(before, simulator, 'shop', '15550001');
    const vera = simulator.addContact({ phone: '15550009', name: 'Vera' });
    const first = watch(before, { name: 'flow' });
    await vera.send('15550001', 'before');
    await first.until('the first message is in', () => first.texts().includes('before'));
    await before.close();

    const texts = Array.from({ length: 12 }, (_, index) => `while away ${index}`);
    for (const text of texts) await vera.send('15550001', text);

    const after = await startManager(simulator, { storage });
    const second = watch(after, { name: 'flow' });
    await second.until('the backlog is in', () => second.texts().length >= texts.length);
    await stateOf(after, 'shop', (state) => state.name === 'connected' && !state.isSyncing);
    await vera.send('15550001', 'after');
    await second.until('the last message is in', () => second.texts().includes('after'));
    expect(second.texts()).toEqual([...texts, 'after']);
    expect(second.events.filter(({ type }) => type === 'message')[0]?.payload).toMatchObject({
      isOffline: true,
    });
  });

  it('sends what was queued while it had no link', async () => {
    const simulator = await startSimulator();
    const manager = await startManager(simulator);
    await manager.createDevice({ id: 'shop' });
    await link(manager, simulator, 'shop', '15550001');
    const vera = simulator.addContact({ phone: '15550009', name: 'Vera' });
    simulator.closeConnection('15550001', 503);
    await stateOf(manager, 'shop', ({ name }) => name === 'reconnecting');
    const items = [];
    for (const text of ['one', 'two', 'three'])
      items.push(await manager.send('shop', { to: '15550009', text }));
    expect(items.map(({ state }) => state)).toEqual(['queued', 'queued', 'queued']);
    await vera.waitForMessage(({ text }) => text === 'three', { timeoutMs: 10_000 });
    expect(vera.messages.map(({ text }) => text)).toEqual(['one', 'two', 'three']);
  });

  it('keeps its session in a folder whose name says nothing, and sets it aside upon logout', async () => {
    const simulator = await startSimulator();
    const storage = temporaryFolder();
    const manager = await startManager(simulator, { storage });
    await manager.createDevice({ id: 'shop' });
    await link(manager, simulator, 'shop', '15550001');
    const [name = '', ...others] = readdirSync(join(storage, 'sessions'));
    expect(others).toEqual([]);
    expect(name).toMatch(/^[0-9a-f]{16}$/);
    const folder = join(storage, 'sessions', name);
    expect(existsSync(join(folder, 'session.db'))).toBe(true);

    expect((await manager.logoutDevice('shop')).state).toEqual({
      name: 'logged_out',
      reason: 'logged_out_here',
    });
    expect(existsSync(folder)).toBe(false);
    expect(readdirSync(join(storage, 'set-aside'))).toHaveLength(1);
    expect(simulator.account('15550001').devices).toEqual([]);

    await link(manager, simulator, 'shop', '15550002');
    expect(await manager.listChats('shop')).toEqual([]);
    await manager.removeDevice('shop');
    expect(await manager.listDevices()).toEqual([]);
  });

  it('is logged out when the phone unlinks it, and says so', async () => {
    const simulator = await startSimulator();
    const manager = await startManager(simulator);
    await manager.createDevice({ id: 'shop' });
    await link(manager, simulator, 'shop', '15550001');
    const heard = watch(manager);
    simulator.unlink('15550001', 1);
    await heard.until('the logout is in the log', (events) => events.length > 0);
    expect(heard.events.at(-1)).toMatchObject({
      type: 'device.state',
      jid: '15550001@s.whatsapp.net',
      payload: {
        state: { name: 'logged_out', reason: 'unlinked_from_phone' },
        previous: { name: 'connected' },
      },
    });
  });
});

describe('a device whose phone shares no history', () => {
  it('hands over what comes at once, after its link and after a restart', async () => {
    const simulator = await startSimulator();
    // Baileys would wait twenty seconds for it and hold everything back: longer than a test has patience.
    simulator.faults.add({ kind: 'drop', only: { tag: 'message', type: 'protocol' } });
    const storage = temporaryFolder();
    const before = await openManager({ storage, endpoint: simulator.endpoint });
    await before.createDevice({ id: 'shop' });
    await link(before, simulator, 'shop', '15550001');
    const vera = simulator.addContact({ phone: '15550009', name: 'Vera' });
    const first = watch(before, { name: 'flow' });
    await vera.send('15550001', 'after the link');
    await first.until('it is in', () => first.texts().includes('after the link'));
    await before.close();
    await vera.send('15550001', 'while away');
    const after = await startManager(simulator, { storage });
    const second = watch(after, { name: 'flow' });
    await second.until('it is in, too', () => second.texts().includes('while away'));
  });
});
