import type { Manager, ManagerOptions, WharfEvent } from '@wharf/core';
import type { Simulator } from '@wharf/simulator';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Companion } from '../../packages/simulator/src/accounts/device.js';
import { temporaryFolder } from '../support/storage.js';
import { link, startManager, startSimulator, stateOf, watch } from '../support/world.js';

const SHOP = '15550001';
const VERA = '15550009';

async function shopAndVera(storage = temporaryFolder(), options: Partial<ManagerOptions> = {}) {
  const simulator = await startSimulator();
  const manager = await startManager(simulator, { ...options, storage });
  await manager.createDevice({ id: 'shop' });
  await link(manager, simulator, 'shop', SHOP);
  const vera = simulator.addContact({ phone: VERA, name: 'Vera' });
  return { simulator, manager, vera, storage };
}

/** The device goes away for as long as `meanwhile` takes, and comes back. */
async function whileAway(manager: Manager, meanwhile: () => Promise<unknown>): Promise<void> {
  await manager.stopDevice('shop');
  await meanwhile();
  await manager.startDevice('shop');
}

const isReady = (manager: Manager) =>
  stateOf(manager, 'shop', (state) => state.name === 'connected' && !state.isSyncing);

const undecryptable = (events: WharfEvent[]) =>
  events.flatMap((event) => (event.type === 'message.undecryptable' ? [event.payload] : []));

/** The acks of messages that carry an error. */
function refusals(simulator: Simulator): string[] {
  const found: string[] = [];
  simulator.on('stanza', ({ direction, stanza }) => {
    const { tag, attrs } = stanza;
    if (direction === 'in' && tag === 'ack' && attrs.class === 'message' && attrs.error)
      found.push(`${attrs.id} ${attrs.error}`);
  });
  return found;
}

describe('a message that cannot be read', () => {
  it('is told once, and followed by the message when the sender could repeat it', async () => {
    const { manager, vera } = await shopAndVera();
    const heard = watch(manager, { deviceId: 'shop' });
    const { id } = await vera.send(SHOP, 'say again', { undecryptable: 'once' });
    await heard.until('the message has come', () => heard.texts().includes('say again'));
    expect(undecryptable(heard.events)).toMatchObject([
      { id, chat: `${VERA}@s.whatsapp.net`, isFromMe: false, sender: { name: 'Vera' }, reason: 'unreadable' },
    ]);
    const told = heard.events.filter(({ type }) => type.startsWith('message'));
    expect(told.map(({ type }) => type)).toEqual(['message.undecryptable', 'message']);
    expect(told.at(-1)?.payload).toMatchObject({ id });
  });

  it('is told once when it is asked for again and again, and costs the ones behind it nothing', async () => {
    const { manager, vera } = await shopAndVera();
    const heard = watch(manager, { deviceId: 'shop' });
    const { id } = await vera.send(SHOP, 'nobody reads this', { undecryptable: 'always' });
    await vera.send(SHOP, 'but this');
    await heard.until('the next one has come', () => heard.texts().includes('but this'));
    await whileAway(manager, () => vera.send(SHOP, 'and this'));
    await heard.until('and one after a new connection', () => heard.texts().includes('and this'));
    expect(undecryptable(heard.events).map((message) => message.id)).toEqual([id]);
    expect(heard.texts()).toEqual(['but this', 'and this']);
  });

  it('is told once each when a storm of them comes, asked for a few times, and fills no log', async () => {
    const said: string[] = [];
    const note = (words: string) => void said.push(words);
    const logger = { debug: note, info: note, warn: note, error: note };
    const { simulator, manager, vera } = await shopAndVera(temporaryFolder(), { logger });
    const heard = watch(manager, { deviceId: 'shop' });
    const asked = new Map<string, number>();
    simulator.on('receipt', ({ id, type }) => {
      if (type === 'retry') asked.set(id, (asked.get(id) ?? 0) + 1);
    });
    const ids: string[] = [];
    for (let count = 0; count < 40; count += 1)
      ids.push((await vera.send(SHOP, `storm ${count}`, { undecryptable: 'always' })).id);
    await vera.send(SHOP, 'is it over?');
    await heard.until('what comes after it is in', () => heard.texts().includes('is it over?'));
    await heard.until('all are told', () => undecryptable(heard.events).length >= ids.length);
    expect(
      undecryptable(heard.events)
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual(ids.toSorted());
    expect(Math.max(...asked.values())).toBeLessThan(10);
    expect(said).toEqual([]);
    expect(await manager.getDevice('shop')).toMatchObject({ state: { name: 'connected' } });
    expect(simulator.account(SHOP).devices[0]?.connectionsOpened).toBe(1);
  });

  it('is told when WhatsApp shows it on the phone alone', async () => {
    const { manager, vera } = await shopAndVera();
    const heard = watch(manager, { deviceId: 'shop' });
    const { id } = await vera.send(SHOP, 'look once', { unavailable: 'view_once_unavailable_fanout' });
    await heard.until('it is told', () => undecryptable(heard.events).length > 0);
    expect(undecryptable(heard.events)).toMatchObject([
      { id, chat: `${VERA}@s.whatsapp.net`, reason: 'unavailable' },
    ]);
    await vera.send(SHOP, 'did you see');
    await heard.until('the next one has come', () => heard.texts().includes('did you see'));
  });

  it.each([
    ['a status', 'status@broadcast'],
    ['a message', SHOP],
    ['a group message', 'group'],
  ])('does not hold up what waited behind it: %s', async (_, where) => {
    const { simulator, manager, vera } = await shopAndVera();
    const group = simulator.groups.create({ by: VERA, subject: 'Us', members: [SHOP] });
    const to = where === 'group' ? group.jid : where;
    const refused = refusals(simulator);
    const heard = watch(manager, { deviceId: 'shop' });
    // A status is for those one has chatted with.
    await vera.send(SHOP, 'hello');
    await heard.until('they know each other', () => heard.texts().includes('hello'));
    await whileAway(manager, async () => {
      await vera.send(to, 'nobody reads this', { undecryptable: 'unanswered' });
      await vera.send(SHOP, 'first');
    });
    await heard.until('what waited has come', () => heard.texts().includes('first'));
    await isReady(manager);
    // The server hands out first at the next login what was refused at this one.
    await whileAway(manager, () => vera.send(SHOP, 'second'));
    await heard.until('what waited behind it has come', () => heard.texts().includes('second'));
    expect(heard.texts()).toEqual(['hello', 'first', 'second']);
    expect(undecryptable(heard.events)).toHaveLength(1);
    expect(refused).toEqual([]);
  });
});

describe('a status', () => {
  it('is filed in the list of statuses, under who wrote it, and not in their chat', async () => {
    const { manager, vera } = await shopAndVera();
    const heard = watch(manager, { deviceId: 'shop' });
    await vera.send(SHOP, 'hello');
    await vera.send('status@broadcast', 'on holiday');
    await heard.until('both have come', () => heard.texts().length === 2);
    const [status] = await manager.listMessages('shop', 'status@broadcast');
    expect(status).toMatchObject({
      chat: 'status@broadcast',
      isGroup: false,
      sender: { jid: `${VERA}@s.whatsapp.net`, phone: VERA, name: 'Vera' },
      content: { kind: 'text', text: 'on holiday' },
    });
    expect((await manager.listMessages('shop', VERA)).map(({ content }) => content)).toEqual([
      { kind: 'text', text: 'hello' },
    ]);
    expect((await manager.listChats('shop')).map(({ jid }) => jid).toSorted()).toEqual([
      `${VERA}@s.whatsapp.net`,
      'status@broadcast',
    ]);
  });
});

describe('a message that comes twice', () => {
  it('is one event, also when the second copy comes after a restart', async () => {
    const { simulator, manager, vera, storage } = await shopAndVera();
    const heard = watch(manager, { deviceId: 'shop', name: 'reader' });
    await vera.send(SHOP, 'twice', { duplicated: true });
    await vera.send(SHOP, 'after it');
    await heard.until('both have come', () => heard.texts().includes('after it'));
    expect(heard.texts()).toEqual(['twice', 'after it']);

    await manager.stopDevice('shop');
    // The receipt is lost: the server hands the message out again.
    await vera.send(SHOP, 'third');
    simulator.faults.add({
      kind: 'close',
      code: 'reset',
      after: { direction: 'in', tag: 'receipt' },
      target: SHOP,
    });
    await manager.startDevice('shop');
    await heard.until('it has come', () => heard.texts().includes('third'));
    await manager.close();
    const second = await startManager(simulator, { storage });
    onTestFinished(() => second.close());
    const after = watch(second, { deviceId: 'shop', name: 'reader' });
    await isReady(second);
    await vera.send(SHOP, 'last');
    await after.until('the last one has come', () => after.texts().includes('last'));
    expect(after.texts()).toEqual(['last']);
    expect(heard.texts()).toEqual(['twice', 'after it', 'third']);
  });

  it('has a receipt each time, and the same one: the first may have been lost with a connection', async () => {
    const { simulator, manager, vera } = await shopAndVera();
    const heard = watch(manager, { deviceId: 'shop' });
    const group = simulator.groups.create({ by: VERA, subject: 'Customers', members: [SHOP] });
    const deliver = vi.spyOn(Companion.prototype, 'deliver');
    onTestFinished(() => deliver.mockRestore());
    const receipts: Record<string, string | undefined>[] = [];
    simulator.on('stanza', ({ direction, stanza: { tag, attrs } }) => {
      if (direction === 'in' && tag === 'receipt') receipts.push(attrs);
    });
    for (const to of [SHOP, group.jid]) {
      const { id } = await vera.send(to, `to ${to}`);
      const about = () => receipts.filter((receipt) => receipt.id === id);
      await vera.send(to, `after it, to ${to}`);
      await heard.until('both are stored', () => heard.texts().includes(`after it, to ${to}`));
      const number = deliver.mock.calls.findIndex(([{ attrs }]) => attrs.id === id);
      const [again] = deliver.mock.calls[number] ?? [];
      if (again) (deliver.mock.contexts[number] as Companion).deliver(again);
      await expect.poll(about, { timeout: 10_000 }).toHaveLength(2);
      const [first, second] = about();
      expect(second).toEqual(first);
    }
    expect(heard.texts()).toHaveLength(4);
  });
});
