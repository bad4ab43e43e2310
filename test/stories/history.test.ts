import { once } from 'node:events';
import type { DeviceSettingsPatch, WharfEvent } from '@wharf/core';
import type { Simulator } from '@wharf/simulator';
import { describe, expect, it } from 'vitest';
import { trustMediaHost } from '../support/media-wire.js';
import { startProgram } from '../support/program.js';
import { temporaryFolder } from '../support/storage.js';
import { link, startManager, startSimulator, stateOf, watch } from '../support/world.js';

const SHOP = '15550001';
const VERA = '15550009';
const VERA_JID = `${VERA}@s.whatsapp.net`;
const OLGA = '15550008';

/** A phone on which there are chats: twelve messages with Vera, half of them its own, and one of Olga. */
async function phoneWithChats(): Promise<Simulator> {
  const simulator = await startSimulator();
  simulator.addContact({ phone: SHOP, name: 'Ann', autoRead: false });
  const phone = simulator.phone(SHOP);
  const vera = simulator.addContact({ phone: VERA, name: 'Vera' });
  for (const round of [1, 2, 3, 4, 5, 6]) {
    await vera.send(SHOP, `ping ${round}`);
    await phone.waitForMessage(({ text }) => text === `ping ${round}`);
    const { id } = await phone.send(VERA, `pong ${round}`);
    await vera.waitForMessage((message) => message.id === id);
  }
  await simulator.addContact({ phone: OLGA, name: 'Olga' }).send(SHOP, 'hello');
  await phone.waitForMessage(({ text }) => text === 'hello');
  phone.settings.archive(OLGA);
  return simulator;
}

async function linkedShop(
  simulator: Simulator,
  settings: DeviceSettingsPatch = {},
  storage = temporaryFolder(),
) {
  const manager = await startManager(simulator, { storage });
  await manager.createDevice({ id: 'shop' });
  await manager.updateSettings('shop', settings);
  const heard = watch(manager);
  await link(manager, simulator, 'shop', SHOP);
  const texts = async (chat: string) =>
    (await manager.listMessages('shop', chat)).map(({ content }) =>
      content.kind === 'text' ? content.text : content.kind,
    );
  return { manager, heard, texts };
}

const progressIn = (events: WharfEvent[]) =>
  events.flatMap((event) => (event.type === 'history.progress' ? [event.payload] : []));

const isDone = (syncType: string) => (events: WharfEvent[]) =>
  progressIn(events).some((progress) => progress.syncType === syncType && progress.isDone);

describe('the history of a phone', () => {
  it.each(['inline', 'external'] as const)(
    'fills chats, names and messages, and is no message event (%s)',
    async (transport) => {
      const simulator = await phoneWithChats();
      simulator.configureSync({ history: transport });
      trustMediaHost(simulator);
      const { manager, heard, texts } = await linkedShop(simulator);
      await heard.until('the recent history is stored', isDone('recent'));
      expect(progressIn(heard.events).map(({ errorCode }) => errorCode)).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
      const pairs = [6, 5, 4, 3, 2, 1].flatMap((round) => [`pong ${round}`, `ping ${round}`]);
      expect(await texts(VERA)).toHaveLength(12);
      expect((await texts(VERA)).toSorted()).toEqual(pairs.toSorted());
      expect(await manager.act('chat.get', { chat: VERA })).toMatchObject({ jid: VERA_JID, name: 'Vera' });
      expect(await manager.act('chat.get', { chat: OLGA })).toMatchObject({ name: 'Olga', isArchived: true });
      expect(await manager.act('contact.get', { contact: VERA })).toMatchObject({
        jid: VERA_JID,
        name: 'Vera',
        lid: expect.stringMatching(/@lid$/),
      });
      const own = (await manager.listMessages('shop', VERA)).find(({ isFromMe }) => isFromMe);
      expect(await manager.getMessage('shop', own?.id ?? '')).toMatchObject({
        delivery: expect.stringMatching(/^(delivered|read)$/),
      });
      expect(heard.events.filter(({ type }) => type === 'message')).toEqual([]);
      const told = progressIn(heard.events);
      expect(told.map(({ syncType }) => syncType)).toEqual(['initial', 'names', 'recent']);
      expect(told.reduce((sum, { messages }) => sum + messages, 0)).toBe(13);
      expect(simulator.statistics()).toMatchObject({ unknownStanzas: 0, faults: 0 });
    },
  );

  it('is not fetched when that is switched off, and the device goes on', async () => {
    const simulator = await phoneWithChats();
    const { manager, heard, texts } = await linkedShop(simulator, { history: { sync: 'off' } });
    await simulator.contact(VERA).send(SHOP, 'and now');
    await heard.until('the new message is in the log', () => heard.texts().includes('and now'));
    expect(await texts(VERA)).toEqual(['and now']);
    expect(progressIn(heard.events)).toEqual([]);
    await manager.updateSettings('shop', { history: { sync: 'recent' } });
    await simulator.phone(SHOP).sendHistory(1, 'RECENT');
    await heard.until('the history is stored', isDone('recent'));
    expect(await texts(VERA)).toHaveLength(13);
  });

  it('is asked for in full where that is set, and what is known stays single', async () => {
    const simulator = await phoneWithChats();
    const { manager, heard, texts } = await linkedShop(simulator, { history: { sync: 'full' } });
    await heard.until('the full history is stored', isDone('full'));
    await simulator.contact(VERA).send(SHOP, 'and now');
    await heard.until('the new message is in the log', () => heard.texts().includes('and now'));
    const before = heard.events.length;
    await simulator.phone(SHOP).sendHistory(1, 'FULL');
    await heard.until('it has come again', (events) => isDone('full')(events.slice(before)));
    expect(progressIn(heard.events).at(-1)).toMatchObject({ syncType: 'full', chats: 2, messages: 0 });
    expect(await texts(VERA)).toHaveLength(13);
    expect(heard.texts()).toEqual(['and now']);
    expect(await manager.listChats('shop')).toHaveLength(2);
  });

  it('goes on after the process died in the middle of it', async () => {
    const simulator = await phoneWithChats();
    const storage = temporaryFolder();
    const { manager } = await linkedShop(simulator, { history: { sync: 'off' } }, storage);
    await manager.updateSettings('shop', { history: null });
    await manager.close();
    await simulator.phone(SHOP).sendHistory(1, 'RECENT');
    // Dies in the very moment in which it would store the fifth message of the past.
    const child = startProgram(
      `import Sqlite from 'better-sqlite3-multiple-ciphers';
       import { openManager } from '@wharf/core';
       const { prepare } = Sqlite.prototype;
       let left = 5;
       Sqlite.prototype.prepare = function (sql) {
         const statement = prepare.call(this, sql);
         if (!/INSERT.* INTO messages/.test(sql)) return statement;
         const { run } = statement;
         statement.run = (...all) => (--left > 0 ? run.apply(statement, all) : process.kill(process.pid, 'SIGKILL'));
         return statement;
       };
       await openManager(${JSON.stringify({ storage, endpoint: simulator.endpoint })});`,
    );
    const [, signal] = await once(child, 'exit');
    expect({ signal, output: child.output() }).toEqual({ signal: 'SIGKILL', output: '' });
    const second = await startManager(simulator, { storage });
    const heard = watch(second, { startAt: 'beginning' });
    await heard.until('the history is stored', isDone('recent'));
    await stateOf(second, 'shop', (state) => state.name === 'connected' && !state.isSyncing);
    expect(await second.listMessages('shop', VERA)).toHaveLength(12);
  });

  it('is given up with a reason when it cannot be fetched, and the device goes on', async () => {
    const simulator = await phoneWithChats();
    simulator.configureSync({ history: 'external' });
    // Nobody trusts the media host here.
    const { heard } = await linkedShop(simulator);
    await heard.until('a chunk is given up', (events) => progressIn(events).length > 0);
    expect(progressIn(heard.events)[0]).toMatchObject({ messages: 0, errorCode: 'MEDIA_DOWNLOAD_FAILED' });
    await simulator.contact(VERA).send(SHOP, 'and now');
    await heard.until('the new message is in the log', () => heard.texts().includes('and now'));
  });
});
