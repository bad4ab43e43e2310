import { join } from 'node:path';
import { type Manager, type ManagerOptions, openManager, type WharfEvent } from '@wharf/core';
import type { Simulator } from '@wharf/simulator';
import Sqlite from 'better-sqlite3-multiple-ciphers';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { startOther } from '../support/other-process.js';
import { temporaryFolder } from '../support/storage.js';
import { link, startManager, startSimulator, stateOf, watch } from '../support/world.js';

const SHOP = '15550001';
const VERA = '15550009';

/** A simulator, and a storage with a device that is linked and that no process runs. */
async function startWorld() {
  const simulator = await startSimulator();
  const storage = temporaryFolder();
  const options: ManagerOptions = { storage, endpoint: simulator.endpoint };
  const setUp = await openManager(options);
  await setUp.createDevice({ id: 'shop' });
  await setUp.updateSettings('shop', { pacing: { enabled: false } });
  await link(setUp, simulator, 'shop', SHOP);
  await setUp.close();
  return { simulator, options, vera: simulator.addContact({ phone: VERA, name: 'Vera' }) };
}

const isReady = (state: { name: string; isSyncing?: boolean }) =>
  state.name === 'connected' && !state.isSyncing;
const ready = (manager: Manager) => stateOf(manager, 'shop', isReady);

const isHandedOver = (events: WharfEvent[]) =>
  events.some(
    ({ type, payload }) =>
      type === 'device.state' &&
      payload.state.name === 'reconnecting' &&
      payload.state.reason === 'handed_over',
  );
const soon = (check: () => unknown) => vi.waitFor(check, { timeout: 10_000 });

/** How often the device has logged in since it was linked: one process after the other, never two at once. */
const connections = (simulator: Simulator) =>
  (simulator.account(SHOP).devices[0]?.connectionsOpened ?? 0) - LINKING;

/** The login right after pairing, in `startWorld`. */
const LINKING = 1;

/** What the processes wish, as it stands on disk. */
function wishes({ storage }: ManagerOptions): string[] {
  const db = new Sqlite(join(storage, 'wharf.db'), { readonly: true });
  const steps = db.prepare('SELECT step FROM wishes').pluck().all() as string[];
  db.close();
  return steps;
}

describe('a process that does not run a device', () => {
  it('sends through the one that does, which is woken and does not look by the clock', async () => {
    const { simulator, options, vera } = await startWorld();
    await startOther({ ...options, hasSlowTimers: true });
    const worker = await startManager(simulator, { ...options, run: 'never' });
    await ready(worker);
    const heard = watch(worker);
    const { messageId, state } = await worker.send('shop', { to: VERA, text: 'from a worker' });
    expect(state).toBe('queued');
    await vera.waitForMessage(({ text }) => text === 'from a worker');
    expect(await worker.waitForSend('shop', messageId)).toMatchObject({ state: 'sent' });
    expect(await worker.listSends('shop')).toMatchObject([{ messageId, state: 'sent' }]);

    await vera.send(SHOP, 'an answer');
    await heard.until('the answer is in the log', () => heard.texts().includes('an answer'));
    const texts = (await worker.listMessages('shop', VERA)).map(({ content }) => content);
    expect(texts).toContainEqual({ kind: 'text', text: 'an answer' });
    expect(await worker.listContacts('shop')).toMatchObject([{ phone: VERA }]);
    vera.read(SHOP);
    await soon(async () =>
      expect(await worker.getMessage('shop', messageId)).toMatchObject({ delivery: 'read' }),
    );
    expect(connections(simulator)).toBe(1);
  });

  it('is woken in turn: neither its own clock nor that of the other shows it what became of a send', async () => {
    const { options, vera } = await startWorld();
    await startOther({ ...options, hasSlowTimers: true });
    const worker = await startOther({ ...options, run: 'never', hasSlowTimers: true });
    await soon(async () => expect(isReady((await worker.call('getDevice', 'shop')).state)).toBe(true));
    const { messageId } = await worker.call('send', 'shop', { to: VERA, text: 'hello' });
    expect(await worker.call('waitForSend', 'shop', messageId)).toMatchObject({ state: 'sent' });
    await vera.waitForMessage(({ text }) => text === 'hello');
  });

  it('gets one item for one key, whichever of the processes asks first', async () => {
    const { simulator, options, vera } = await startWorld();
    const main = await startOther(options);
    const worker = await startManager(simulator, { ...options, run: 'never' });
    await ready(worker);
    const order = { to: VERA, text: 'your order', idempotencyKey: 'order 7' };
    const items = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        index % 2 ? worker.send('shop', order) : main.call('send', 'shop', order),
      ),
    );
    expect(new Set(items.map(({ messageId }) => messageId)).size).toBe(1);
    const { messageId } = await worker.send('shop', { to: VERA, text: 'last' });
    await worker.waitForSend('shop', messageId);
    await vera.waitForMessage(({ text }) => text === 'last');
    expect(vera.messages.map(({ text }) => text)).toEqual(['your order', 'last']);
  });

  it('shows what the owner has written down, takes back what is queued, and is refused where the owner would be', async () => {
    const { simulator, options } = await startWorld();
    const main = await startOther(options);
    const worker = await startManager(simulator, { ...options, run: 'never' });
    await ready(worker);
    simulator.closeConnection(SHOP, 503);
    await stateOf(worker, 'shop', ({ name }) => name === 'reconnecting');
    const { messageId } = await worker.send('shop', { to: VERA, text: 'a mistake' });
    expect(await worker.cancelSend('shop', messageId)).toMatchObject({ state: 'cancelled' });
    await ready(worker);
    await main.call('stopDevice', 'shop');
    expect((await worker.getDevice('shop')).state).toEqual({ name: 'disconnected', reason: 'stopped' });
    await expect(worker.send('shop', { to: VERA, text: 'x' })).rejects.toMatchObject({
      code: 'DEVICE_NOT_CONNECTED',
    });
  });

  it('has the owner stop, start, log out and remove the device', async () => {
    const { simulator, options } = await startWorld();
    const main = await startOther(options);
    const worker = await startManager(simulator, { ...options, run: 'never' });
    await ready(worker);
    expect(await worker.stopDevice('shop')).toMatchObject({ state: { name: 'disconnected' } });
    await worker.startDevice('shop');
    await ready(worker);
    expect(isReady((await main.call('getDevice', 'shop')).state)).toBe(true);
    expect(await worker.logoutDevice('shop')).toMatchObject({ state: { reason: 'logged_out_here' } });
    expect(simulator.account(SHOP).devices).toEqual([]);
    await worker.removeDevice('shop');
    expect(await worker.listDevices()).toEqual([]);
    await expect(main.call('getDevice', 'shop')).rejects.toMatchObject({ code: 'DEVICE_NOT_FOUND' });
  });

  it('links a device, which then goes to the process that runs devices', async () => {
    const simulator = await startSimulator();
    const options = { storage: temporaryFolder(), endpoint: simulator.endpoint };
    const main = await startOther(options);
    const worker = await startManager(simulator, { ...options, run: 'never' });
    await worker.createDevice({ id: 'shop' });
    const heard = watch(worker);
    const login = await worker.loginDevice('shop');
    await expect(main.call('loginDevice', 'shop')).rejects.toMatchObject({ code: 'DEVICE_IN_USE' });
    for await (const step of login) if (step.type === 'qr') await simulator.scan(step.qr, { phone: SHOP });
    expect(await login.outcome).toMatchObject({ type: 'connected' });
    await heard.until('it was handed over', isHandedOver);
    await ready(worker);
    await worker.close();
    expect(isReady((await main.call('getDevice', 'shop')).state)).toBe(true);
  });
});

describe('a device whose owner is killed', () => {
  it('is taken over by a process that runs devices, and not by one that does not', async () => {
    const { simulator, options, vera } = await startWorld();
    const main = await startOther(options);
    const worker = await startOther({ ...options, run: 'never' });
    const spare = await startManager(simulator, options);
    await ready(spare);
    expect(connections(simulator)).toBe(1);
    await main.kill();
    await stateOf(spare, 'shop', ({ name }) => name === 'reconnecting');
    await ready(spare);
    await worker.kill();
    const { messageId } = await spare.send('shop', { to: VERA, text: 'still here' });
    expect(await spare.waitForSend('shop', messageId)).toMatchObject({ state: 'sent' });
    await vera.waitForMessage(({ text }) => text === 'still here');
    expect(connections(simulator)).toBe(2);
  });

  it('is seen to be run by nobody where only workers are left, takes sends, and sends them when somebody runs it', async () => {
    const { simulator, options, vera } = await startWorld();
    const main = await startOther(options);
    const worker = await startManager(simulator, { ...options, run: 'never' });
    await ready(worker);
    await main.kill();
    await stateOf(worker, 'shop', (state) => state.name === 'reconnecting' && state.reason === 'unattended');
    const { messageId } = await worker.send('shop', { to: VERA, text: 'kept' });
    await startOther(options);
    expect(await worker.waitForSend('shop', messageId)).toMatchObject({ state: 'sent' });
    await vera.waitForMessage(({ text }) => text === 'kept');
  });
});

describe('a device that another process removes', () => {
  it('is gone here too: who waits for its sends is told, and one of the same name is a new one', async () => {
    const { simulator, options } = await startWorld();
    const worker = await startManager(simulator, { ...options, run: 'never' });
    const { messageId } = await worker.send('shop', { to: VERA, text: 'never to be sent' });
    const waiting = worker.waitForSend('shop', messageId);
    const other = await startOther({ ...options, restore: false });
    const [outcome] = await Promise.allSettled([waiting, other.call('removeDevice', 'shop')]);
    expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'DEVICE_NOT_FOUND' } });
    await other.call('createDevice', { id: 'shop' });
    expect(await worker.getDevice('shop')).toMatchObject({ state: { reason: 'created' } });
    await link(worker, simulator, 'shop', SHOP);
    expect(await worker.listSends('shop')).toEqual([]);
    const again = await worker.send('shop', { to: VERA, text: 'hello' });
    expect(await worker.waitForSend('shop', again.messageId)).toMatchObject({ state: 'sent' });
  });
});

describe('a device that one process runs and another listens to', () => {
  it('is handed over under traffic: nothing is lost, nothing comes twice', async () => {
    const { simulator, options, vera } = await startWorld();
    const main = await startOther(options);
    const trigger = await startManager(simulator, { ...options, run: 'when-listening' });
    await ready(trigger);
    const texts: string[] = [];
    const ids: string[] = [];
    /** One message in and one out from each process. */
    const round = async () => {
      const text = `${texts.length}`;
      texts.push(text);
      const [, ...items] = await Promise.all([
        vera.send(SHOP, text),
        main.call('send', 'shop', { to: VERA, text: `main ${text}` }),
        trigger.send('shop', { to: VERA, text: `trigger ${text}` }),
      ]);
      ids.push(...items.map(({ messageId }) => messageId));
    };
    for (let count = 0; count < 5; count++) await round();
    const events = watch(trigger, { startAt: 'beginning' });
    const handedOver = events.until('it was handed over', isHandedOver);
    let isOver = false;
    handedOver.then(
      () => {
        isOver = true;
      },
      () => undefined,
    );
    while (!isOver && texts.length < 200) await round();
    await handedOver;
    for (let count = 0; count < 5; count++) await round();
    await ready(trigger);
    for (const id of ids) {
      expect(await trigger.waitForSend('shop', id)).toMatchObject({ state: 'sent' });
    }
    await events.until('all is in', () => texts.every((text) => events.texts().includes(text)));
    expect(events.texts()).toHaveLength(texts.length);
    const atVera = vera.messages.filter(({ id }) => ids.includes(id)).map(({ text }) => text);
    for (const sender of ['main', 'trigger']) {
      expect(atVera.filter((text) => text?.startsWith(sender))).toEqual(
        texts.map((text) => `${sender} ${text}`),
      );
    }
    expect(connections(simulator)).toBe(2);
    expect(wishes(options)).toEqual(['asked']);
  });

  it('stays where somebody listens, however many others do, and goes on when nobody does there', async () => {
    const { simulator, options, vera } = await startWorld();
    const main = await startOther(options);
    await main.consume('flow of main');
    const second = await startManager(simulator, { ...options, run: 'when-listening' });
    await ready(second);
    const heard = watch(second);
    await soon(() => expect(wishes(options)).toEqual(['asked']));
    const { messageId } = await second.send('shop', { to: VERA, text: 'one' });
    await second.waitForSend('shop', messageId);
    expect(connections(simulator)).toBe(1);

    await main.stopConsuming('flow of main');
    await heard.until('it was handed over', isHandedOver);
    await ready(second);
    expect(connections(simulator)).toBe(2);
    await vera.send(SHOP, 'now to the second');
    await heard.until('it gets messages', () => heard.texts().includes('now to the second'));
    expect((await second.listSends('shop')).map(({ state }) => state)).toEqual(['sent']);
  });

  it('is not given to a process that has died since it asked', async () => {
    const { simulator, options } = await startWorld();
    const main = await startManager(simulator, options);
    await ready(main);
    const consumer = main.consume({ name: 'flow' }, () => undefined);
    const second = await startOther(options);
    await second.consume('other flow');
    await soon(() => expect(wishes(options)).toEqual(['asked']));
    await second.kill();
    const changes = vi.fn();
    const stop = main.onState(changes);
    onTestFinished(() => void stop());
    await consumer.stop();
    await soon(() => expect(wishes(options)).toEqual([]));
    expect(changes).not.toHaveBeenCalled();
    expect(connections(simulator)).toBe(1);
  });
});
