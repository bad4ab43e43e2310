import type { Clock } from '@wharf/core';
import { describe, expect, it, vi } from 'vitest';
import { lineOf, startProgram } from '../support/program.js';
import { temporaryFolder } from '../support/storage.js';
import { link, startManager, startSimulator, stateOf, watch } from '../support/world.js';

const SHOP = '15550001';
const VERA = '15550009';
const messages = { tag: 'message' };

describe('the settings of a device', () => {
  it('hold at once, and outlive a restart and a logout with another login', async () => {
    const simulator = await startSimulator();
    const storage = temporaryFolder();
    const before = await startManager(simulator, { storage });
    await before.createDevice({ id: 'shop' });
    await before.createDevice({ id: 'other' });
    await link(before, simulator, 'shop', SHOP);
    const patch = { pacing: { gapMs: 7, strangers: { perDay: 5 } } };
    expect(await before.updateSettings('shop', patch)).toMatchObject(patch);
    await before.logoutDevice('shop');
    await link(before, simulator, 'shop', '15550002');
    await before.close();

    const after = await startManager(simulator, { storage });
    expect(await after.getSettings('shop')).toMatchObject({
      pacing: { gapMs: 7, strangers: { perDay: 5, burst: 3 } },
    });
    expect(await after.updateSettings('shop', { pacing: null })).toEqual(await after.getSettings('other'));
  });

  it.each([
    [{ pacing: { strangers: { perDay: -1 } } }, 'pacing.strangers.perDay'],
    [{ pacing: { gapMs: '5' } }, 'pacing.gapMs'],
    [{ pacing: { speed: 5 } }, 'pacing.speed'],
    [{ nonsense: true }, 'nonsense'],
    ['fast', 'settings'],
  ])('refuse %o and name what is wrong; nothing is changed', async (patch, option) => {
    const simulator = await startSimulator();
    const manager = await startManager(simulator);
    await manager.createDevice({ id: 'shop' });
    const before = await manager.getSettings('shop');
    await expect(manager.updateSettings('shop', patch as object)).rejects.toMatchObject({
      code: 'OPTION_INVALID',
      details: { option },
    });
    expect(await manager.getSettings('shop')).toEqual(before);
  });
});

describe('a device that sends in bulk', () => {
  it('writes to three strangers, lets the others wait across a restart, and answers meanwhile', async () => {
    const simulator = await startSimulator();
    const storage = temporaryFolder();
    const before = await startManager(simulator, { storage });
    await before.createDevice({ id: 'shop' });
    await link(before, simulator, 'shop', SHOP);
    const strangers = ['15552001', '15552002', '15552003', '15552004', '15552005'].map((phone) =>
      simulator.addContact({ phone: `${phone}00`, name: phone }),
    );
    const items = [];
    for (const { phone } of strangers) items.push(await before.send('shop', { to: phone, text: 'hello' }));
    for (const { messageId } of items.slice(0, 3)) {
      expect((await before.waitForSend('shop', messageId)).state).toBe('sent');
    }
    const [fourth, fifth] = (await before.listSends('shop', { states: ['queued'] })).toReversed();
    expect(fourth?.notBefore).toBeGreaterThan(Date.now() + 60_000);
    expect(fifth?.notBefore).toBeGreaterThan((fourth?.notBefore ?? 0) + 60_000);
    await before.close();

    const after = await startManager(simulator, { storage });
    await stateOf(after, 'shop', (state) => state.name === 'connected' && !state.isSyncing);
    const vera = simulator.addContact({ phone: VERA, name: 'Vera' });
    const heard = watch(after);
    await vera.send(SHOP, 'are you there?');
    await heard.until('Vera is heard', () => heard.texts().includes('are you there?'));
    const answer = await after.send('shop', { to: VERA, text: 'yes' });
    expect(await after.waitForSend('shop', answer.messageId, { until: 'delivered' })).toMatchObject({
      state: 'sent',
      delivery: expect.stringMatching(/delivered|read/),
    });
    const id = fourth?.messageId ?? '';
    expect(await after.waitForSend('shop', id, { timeoutMs: 0 })).toMatchObject({ state: 'queued' });
    expect(await after.cancelSend('shop', id)).toMatchObject({ state: 'cancelled' });
    await after.updateSettings('shop', { pacing: { enabled: false } });
    expect((await after.waitForSend('shop', fifth?.messageId ?? '')).state).toBe('sent');
    expect(strangers.map(({ messages }) => messages.length)).toEqual([1, 1, 1, 0, 1]);
  });

  it('does not begin to count anew when its process is killed', async () => {
    const simulator = await startSimulator();
    const storage = temporaryFolder();
    const setUp = await startManager(simulator, { storage });
    await setUp.createDevice({ id: 'shop' });
    await link(setUp, simulator, 'shop', SHOP);
    await setUp.close();
    for (const phone of ['15552001', '15552002', '15552003', '15552004'])
      simulator.addContact({ phone, name: phone });
    const process = startProgram(
      `import { openManager } from '@wharf/core';
       const manager = await openManager({ storage: process.env.STORAGE });
       for (const to of ['15552001', '15552002', '15552003']) {
         const { messageId } = await manager.send('shop', { to, text: 'hello' });
         await manager.waitForSend('shop', messageId);
       }
       console.log('written to three');`,
      { STORAGE: storage, WHARF_ENDPOINT: JSON.stringify(simulator.endpoint) },
    );
    await lineOf(process, 'written to three');
    process.kill('SIGKILL');

    const after = await startManager(simulator, { storage });
    await stateOf(after, 'shop', (state) => state.name === 'connected' && !state.isSyncing);
    const { state, notBefore } = await after.send('shop', { to: '15552004', text: 'hello' });
    expect(state).toBe('queued');
    expect(notBefore).toBeGreaterThan(Date.now() + 60_000);
  });

  it('stops writing to strangers when WhatsApp refuses one with 463, and goes on answering', async () => {
    const simulator = await startSimulator();
    const manager = await startManager(simulator);
    await manager.createDevice({ id: 'shop' });
    await link(manager, simulator, 'shop', SHOP);
    const [first, second, vera] = ['15552001', '15552002', VERA].map((phone) =>
      simulator.addContact({ phone, name: phone }),
    );
    simulator.faults.add({ kind: 'refuse-messages', code: 463, only: messages, times: 1 });
    const refused = await manager.send('shop', { to: first?.phone ?? '', text: 'hello' });
    expect(await manager.waitForSend('shop', refused.messageId)).toMatchObject({
      state: 'failed',
      errorCode: 'SEND_RESTRICTED',
      delivery: 'error',
    });
    const { notBefore } = await manager.send('shop', { to: second?.phone ?? '', text: 'hello' });
    expect(notBefore).toBeGreaterThan(Date.now() + 23 * 3_600_000);
    const heard = watch(manager);
    await vera?.send(SHOP, 'hi');
    await heard.until('Vera is heard', () => heard.texts().includes('hi'));
    const answer = await manager.send('shop', { to: VERA, text: 'hello' });
    expect((await manager.waitForSend('shop', answer.messageId)).state).toBe('sent');
  });
});

describe('a message', () => {
  it.each([421, 503])('that the server cannot take now (%i) is sent again under its id', async (code) => {
    const simulator = await startSimulator();
    const manager = await startManager(simulator);
    await manager.createDevice({ id: 'shop' });
    await link(manager, simulator, 'shop', SHOP);
    const vera = simulator.addContact({ phone: VERA, name: 'Vera' });
    const heard = watch(manager);
    simulator.faults.add({ kind: 'refuse-messages', code, only: messages, times: 1 });
    const { messageId } = await manager.send('shop', { to: VERA, text: 'once' });
    expect(await manager.waitForSend('shop', messageId)).toMatchObject({ state: 'sent', attempts: 2 });
    await vera.waitForMessage(({ text }) => text === 'once', { timeoutMs: 5_000 });
    expect(vera.messages.filter(({ text }) => text === 'once').map(({ id }) => id)).toEqual([messageId]);
    await heard.until('the delivery is in the log', (events) =>
      events.some((event) => event.type === 'message.delivery' && event.payload.delivery === 'server'),
    );
    expect(JSON.stringify(heard.events)).not.toContain('"error"');
  });

  it('to a group that the account is not in fails, with what to do', async () => {
    const simulator = await startSimulator();
    const manager = await startManager(simulator);
    await manager.createDevice({ id: 'shop' });
    await link(manager, simulator, 'shop', SHOP);
    for (const phone of [VERA, '15550008']) simulator.addContact({ phone, name: phone });
    const group = simulator.groups.create({ by: VERA, subject: 'Cats', members: ['15550008'] });
    const { messageId } = await manager.send('shop', { to: group.jid, text: 'hello' });
    expect(await manager.waitForSend('shop', messageId)).toMatchObject({
      state: 'failed',
      errorCode: 'SEND_REFUSED',
    });
  });

  it('is announced by "typing…", if the device is set so', async () => {
    const simulator = await startSimulator();
    const manager = await startManager(simulator);
    await manager.createDevice({ id: 'shop' });
    await link(manager, simulator, 'shop', SHOP);
    const vera = simulator.addContact({ phone: VERA, name: 'Vera' });
    await manager.updateSettings('shop', { pacing: { typing: { enabled: true, longestMs: 30_000 } } });
    const { messageId } = await manager.send('shop', { to: VERA, text: 'x'.repeat(30) });
    await vi.waitFor(() => expect(vera.presence.of(SHOP)).toMatchObject({ state: 'composing' }));
    expect(vera.messages).toEqual([]);
    expect((await manager.waitForSend('shop', messageId)).state).toBe('sent');
  });
});

describe('a connection on which the server confirms nothing', () => {
  it('is replaced by another, and nothing is lost', { timeout: 60_000 }, async () => {
    /** Time that runs faster while a test waits for time-outs. */
    let pace = 1;
    const clock: Clock = {
      now: () => Date.now(),
      after(ms, run) {
        const timer = setTimeout(run, ms / pace);
        return () => clearTimeout(timer);
      },
    };
    const simulator = await startSimulator();
    const manager = await startManager(simulator, { clock });
    await manager.createDevice({ id: 'shop' });
    await link(manager, simulator, 'shop', SHOP);
    await manager.updateSettings('shop', { pacing: { enabled: false } });
    for (const phone of [VERA, '15550008']) simulator.addContact({ phone, name: phone });
    const { id } = simulator.faults.add({ kind: 'silent', answersQueries: true });
    const replaced = stateOf(manager, 'shop', ({ name }) => name === 'reconnecting');
    pace = 30;
    const items = [];
    for (const to of [VERA, '15550008']) items.push(await manager.send('shop', { to, text: 'hello' }));
    await replaced;
    pace = 1;
    simulator.faults.remove(id);
    for (const { messageId } of items) {
      expect(await manager.waitForSend('shop', messageId)).toMatchObject({ state: 'sent' });
    }
  });
});
