import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { Worker } from 'node:worker_threads';
import type { ManagerOptions } from '@wharf/core';
import type { Simulator } from '@wharf/simulator';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openManager, startThreaded } from '../support/built-core.js';
import { startOther } from '../support/other-process.js';
import { lineOf, startProgram } from '../support/program.js';
import { temporaryFolder } from '../support/storage.js';
import { link, qrOf, startSimulator, stateOf, watch } from '../support/world.js';

const SHOP = '15550001';
const TILL = '15550002';
const VERA = '15550009';

// Each world starts two threads that load everything for themselves: slow where others have the machine.
vi.setConfig({ testTimeout: 60_000 });

/** The threads that were started, by what was said to them. */
const workers = new Set<Worker>();
const { postMessage } = Worker.prototype;

beforeEach(() => {
  vi.spyOn(Worker.prototype, 'postMessage').mockImplementation(function (this: Worker, ...said) {
    if (!workers.has(this)) this.once('exit', () => workers.delete(this));
    workers.add(this);
    postMessage.apply(this, said as Parameters<typeof postMessage>);
  });
});

afterEach(() => {
  vi.restoreAllMocks();
});

const isReady = ({ name, isSyncing }: { name: string; isSyncing?: boolean }) =>
  name === 'connected' && !isSyncing;

/** Two devices, each in a thread of its own, and Vera. */
async function startWorld(options: Partial<ManagerOptions> = {}) {
  const simulator = await startSimulator();
  const storage = temporaryFolder();
  const manager = await startThreaded(simulator, { storage, ...options });
  for (const [id, phone] of [
    ['shop', SHOP],
    ['till', TILL],
  ] as const) {
    await manager.createDevice({ id });
    await manager.updateSettings(id, { pacing: { enabled: false } });
    await link(manager, simulator, id, phone);
  }
  return { simulator, storage, manager, vera: simulator.addContact({ phone: VERA, name: 'Vera' }) };
}

const connections = (simulator: Simulator, phone: string) =>
  simulator.account(phone).devices[0]?.connectionsOpened;

describe('a manager with threads', () => {
  it('runs its devices in them, and everything is as it was: messages, sends, receipts, contacts', async () => {
    const { manager, vera } = await startWorld();
    expect(workers.size).toBe(2);
    const heard = watch(manager);
    await vera.send(SHOP, 'to the shop');
    await vera.send(TILL, 'to the till');
    await heard.until('both are in the log', () => heard.texts().length === 2);
    const sends = await Promise.all(
      ['shop', 'till'].map((id) => manager.send(id, { to: VERA, text: `from the ${id}` })),
    );
    const [shop, till] = sends.map(({ messageId }) => messageId);
    expect(await manager.waitForSend('shop', `${shop}`, { until: 'delivered' })).toMatchObject({
      state: 'sent',
    });
    await manager.waitForSend('till', `${till}`);
    await vera.waitForMessage(({ text }) => text === 'from the shop');
    await vera.waitForMessage(({ text }) => text === 'from the till');
    expect(await manager.listContacts('shop')).toMatchObject([{ phone: VERA }]);
    expect(await manager.searchMessages('till', { text: 'till' })).toHaveLength(2);
  });

  it('links a device by a code, joins a login that runs, lets it be cancelled and refuses one that is linked', async () => {
    const { simulator, manager } = await startWorld();
    await manager.createDevice({ id: 'new' });
    const byQr = await manager.loginDevice('new');
    await qrOf(byQr);
    expect(await manager.loginDevice('new')).toBe(byQr);
    expect(manager.getLogin('new')).toBe(byQr);
    expect((await manager.act('device.getLogin', { deviceId: 'new' })).type).toBe('qr');
    byQr.cancel();
    expect(await byQr.outcome).toEqual({ type: 'cancelled' });
    await stateOf(manager, 'new', ({ name }) => name === 'disconnected');

    const byCode = await manager.loginDevice('new', { method: 'code', phone: '15550003' });
    const steps: string[] = [];
    for await (const step of byCode) {
      steps.push(step.type);
      if (step.type === 'code') await simulator.enterCode(step.code, { phone: '15550003' });
    }
    expect([...new Set(steps)]).toEqual(['dialing', 'code', 'scanned', 'connected']);
    expect(await byCode.outcome).toMatchObject({ account: { phone: '15550003' } });
    await expect(manager.loginDevice('new')).rejects.toMatchObject({ code: 'DEVICE_LOGGED_IN' });
    expect(manager.getLogin('new')).toBe(byCode);
  });

  it('tells every change of state once, stops, starts, logs out and removes', async () => {
    const { simulator, manager } = await startWorld();
    for (const id of ['shop', 'till']) await stateOf(manager, id, isReady);
    const states: string[] = [];
    manager.onState(({ device, previous }) => {
      states.push(`${device.id}: ${previous.name} > ${device.state.name}`);
    });
    expect(await manager.stopDevice('shop')).toMatchObject({ state: { name: 'disconnected' } });
    await expect(manager.send('shop', { to: VERA, text: 'x' })).rejects.toMatchObject({
      code: 'DEVICE_NOT_CONNECTED',
    });
    await manager.startDevice('shop');
    await stateOf(manager, 'shop', isReady);
    expect(await manager.logoutDevice('till')).toMatchObject({ state: { name: 'logged_out' } });
    expect(simulator.account(TILL).devices).toEqual([]);
    await manager.removeDevice('till');
    expect((await manager.listDevices()).map(({ id }) => id)).toEqual(['shop']);
    await expect(manager.getDevice('till')).rejects.toMatchObject({ code: 'DEVICE_NOT_FOUND' });
    expect(states.filter((line) => line.startsWith('till'))).toEqual(['till: connected > logged_out']);
    expect(states.filter((line) => line.startsWith('shop')).slice(0, 3)).toEqual([
      'shop: connected > disconnected',
      'shop: disconnected > reconnecting',
      'shop: reconnecting > connected',
    ]);
  });

  it('asks the connection of a device what an action needs, and hands back its refusals', async () => {
    const { manager } = await startWorld();
    const group = await manager.act('group.create', {
      deviceId: 'shop',
      subject: 'Cats',
      participants: [VERA],
    });
    expect(group).toMatchObject({ subject: 'Cats' });
    await expect(manager.act('group.get', { deviceId: 'shop', group: 'nonsense' })).rejects.toMatchObject({
      code: expect.stringMatching(/INVALID/),
      name: 'WharfError',
    });
  });

  it('acts upon settings at once', async () => {
    const { manager, vera } = await startWorld();
    await manager.updateSettings('shop', {
      autoReply: { rules: [{ id: 'closed', match: { type: 'any' }, reply: { text: 'We are closed.' } }] },
    });
    await vera.send(SHOP, 'open?');
    await vera.waitForMessage(({ text }) => text === 'We are closed.');
  });

  it('keeps media where all threads can read them', async () => {
    const { manager } = await startWorld();
    const bytes = Buffer.from('a bill, as far as anybody can tell');
    const { messageId } = await manager.send('shop', {
      to: VERA,
      content: { kind: 'document', media: { base64: bytes.toString('base64') }, fileName: 'bill.txt' },
    });
    const sha256 = createHash('sha256').update(bytes).digest('base64');
    expect(await buffer(manager.readMedia('shop', sha256))).toEqual(bytes);
    expect((await manager.listSends('shop')).map((item) => item.messageId)).toContain(messageId);
  });

  it('gives devices that are in use to its threads again when it is opened, encrypted as well', async () => {
    const encryptionKey = 'ab'.repeat(32);
    const { simulator, storage, manager, vera } = await startWorld({ encryptionKey });
    await manager.close();
    await vera.send(SHOP, 'while nobody was there');
    const again = await startThreaded(simulator, { storage, encryptionKey });
    const heard = watch(again, { startAt: 'beginning' });
    await heard.until('it came', () => heard.texts().includes('while nobody was there'));
    await stateOf(again, 'till', isReady);
  });

  it('is one more process to others, who send through its threads and whose devices it takes over', async () => {
    const { simulator, storage, manager, vera } = await startWorld();
    const other = await startOther({ storage, endpoint: simulator.endpoint });
    await other.call('send', 'shop', { to: VERA, text: 'from elsewhere' });
    await vera.waitForMessage(({ text }) => text === 'from elsewhere');
    await other.call('stopDevice', 'till');
    expect((await manager.getDevice('till')).state.name).toBe('disconnected');
    await other.call('createDevice', { id: 'theirs' });
    await manager.stopDevice('shop');
    await manager.startDevice('shop');
    await stateOf(manager, 'shop', isReady);
    await other.kill();
    expect(connections(simulator, SHOP)).toBeGreaterThan(1);
  });

  it('refuses a clock, which cannot be handed to a thread', async () => {
    const clock = { now: () => 0, after: () => () => undefined };
    await expect(openManager({ storage: temporaryFolder(), threads: 1, clock })).rejects.toMatchObject({
      code: 'OPTION_INVALID',
      details: { option: 'clock' },
    });
    await expect(openManager({ storage: temporaryFolder(), threads: -1 })).rejects.toMatchObject({
      details: { option: 'threads' },
    });
  });
});

describe('a thread that dies', () => {
  it('is started again, takes its devices up, and nothing is lost or comes twice', async () => {
    const { simulator, manager, vera } = await startWorld();
    const heard = watch(manager);
    const wanted: string[] = [];
    for (let round = 0; round < 3; round += 1) {
      const [first] = workers;
      const writing = Array.from({ length: 10 }, (_, index) => {
        const text = `round ${round}, text ${index}`;
        wanted.push(text);
        return vera.send(SHOP, text);
      });
      await first?.terminate();
      await Promise.all(writing);
      const { messageId } = await manager.send('shop', { to: VERA, text: `answer ${round}` });
      expect(await manager.waitForSend('shop', messageId)).toMatchObject({ state: 'sent' });
      await vera.waitForMessage(({ text }) => text === `answer ${round}`);
      await Promise.all(['shop', 'till'].map((id) => stateOf(manager, id, isReady)));
    }
    await heard.until('all texts came', () => heard.texts().length >= wanted.length);
    expect(heard.texts().toSorted()).toEqual(wanted.toSorted());
    const answers = vera.messages.filter(({ text }) => text?.startsWith('answer'));
    expect(answers.map(({ text }) => text)).toEqual(['answer 0', 'answer 1', 'answer 2']);
    expect(connections(simulator, SHOP)).toBeGreaterThan(2);
  });

  it('fails the login that it ran', async () => {
    const simulator = await startSimulator();
    const manager = await startThreaded(simulator);
    await manager.createDevice({ id: 'shop' });
    const login = await manager.loginDevice('shop');
    await qrOf(login);
    for (const worker of workers) await worker.terminate();
    expect(await login.outcome).toMatchObject({ type: 'failed', error: { code: 'THREAD_ENDED' } });
    await link(manager, simulator, 'shop', SHOP);
  });
});

describe('the end of a manager with threads', () => {
  it('is within its bound, and no thread is left', async () => {
    const { manager } = await startWorld();
    expect(workers.size).toBe(2);
    await manager.close();
    expect(workers.size).toBe(0);
    await expect(manager.startDevice('shop')).rejects.toMatchObject({ code: 'MANAGER_CLOSED' });
  });

  it('lets the process end by itself; and the next one takes up what one left that was killed', async () => {
    const { simulator, storage, manager } = await startWorld();
    await manager.close();
    const program = (ending: string) =>
      startProgram(
        `import { openManager } from '@wharf/core';
         const manager = await openManager({ storage: process.env.STORAGE, threads: 2 });
         const isReady = ({ state }) => state.name === 'connected' && !state.isSyncing;
         const look = async () => {
           if (!(await manager.listDevices()).every(isReady)) return;
           stop();
           console.log('all connected');
           ${ending}
         };
         const stop = manager.onState(look);
         look();`,
        { STORAGE: storage, WHARF_ENDPOINT: JSON.stringify(simulator.endpoint) },
      );
    const killed = program('');
    await lineOf(killed, 'all connected');
    const isDead = new Promise((resolve) => killed.once('exit', resolve));
    killed.kill('SIGKILL');
    await isDead;
    const closing = program('await manager.close();');
    const ended = new Promise((resolve) => closing.once('exit', resolve));
    await lineOf(closing, 'all connected');
    expect(await ended).toBe(0);
  });
});
