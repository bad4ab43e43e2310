import type { DeviceSettingsPatch, EventOf, EventType, ManagerOptions, WharfEvent } from '@wharf/core';
import { describe, expect, it } from 'vitest';
import { SHOP, Shop, VERA } from '../support/shop.js';
import { stateOf } from '../support/world.js';

const rule = (id: string) => ({ id, match: { type: 'any' }, reply: { text: `By ${id}.` } }) as const;

const ofType = <T extends EventType>(events: WharfEvent[], type: T) =>
  events.filter((event): event is EventOf<T> => event.type === type);

const replies = (shop: Shop) => ofType(shop.heard.events, 'automation.replied');

async function shopWith(settings: DeviceSettingsPatch, options: Partial<ManagerOptions> = {}): Promise<Shop> {
  const shop = await Shop.open(options);
  await shop.manager.updateSettings('shop', settings);
  return shop;
}

describe('a flood of messages', () => {
  it('in one chat is answered as the budget allows, and all of it is told', async () => {
    const shop = await shopWith({ autoReply: { rules: [rule('any')], budget: { replies: 5 } } });
    const sent: string[] = [];
    for (let count = 0; count < 120; count += 1) sent.push((await shop.vera.send(SHOP, `Hello ${count}`)).id);
    const walter = shop.simulator.addContact({ phone: '15550008', name: 'Walter' });
    const last = await walter.send(SHOP, 'Anybody?');
    // Who is not part of it is answered as ever; by then everything before has been dealt with.
    await walter.waitForMessage((message) => !message.fromMe && message.text === 'By any.');
    await shop.received(last);
    await shop.heard.until('the last reply is told', () => replies(shop).length === 6);
    expect(shop.heard.texts().filter((text) => text.startsWith('Hello'))).toHaveLength(sent.length);
    expect(replies(shop).map(({ payload }) => payload.messageId)).toEqual([...sent.slice(0, 5), last.id]);
    const [told, ...more] = ofType(shop.heard.events, 'automation.budget_exhausted');
    expect(told?.payload).toMatchObject({ chat: `${VERA}@s.whatsapp.net`, replies: 5 });
    expect(more).toEqual([]);
    await expect.poll(() => shop.vera.messages.filter(({ text }) => text === 'By any.').length).toBe(5);
  });

  it('from many is answered once in each chat', async () => {
    const shop = await shopWith({ autoReply: { rules: [{ ...rule('any'), coolDownMs: 3_600_000 }] } });
    const crowd = Array.from({ length: 12 }, (_, index) =>
      shop.simulator.addContact({ phone: `155502${String(index).padStart(2, '0')}`, name: `N${index}` }),
    );
    await Promise.all(
      crowd.flatMap((each) => ['Hello', 'Hello?', 'Hello!'].map((text) => each.send(SHOP, text))),
    );
    await Promise.all(
      crowd.map((each) => each.waitForMessage((message) => !message.fromMe && message.text === 'By any.')),
    );
    await shop.heard.until('all is told', () => shop.heard.texts().length === 3 * crowd.length);
    expect(replies(shop)).toHaveLength(crowd.length);
    expect(new Set(replies(shop).map(({ payload }) => payload.chat)).size).toBe(crowd.length);
    expect(ofType(shop.heard.events, 'automation.budget_exhausted')).toEqual([]);
  });
});

describe('settings that are changed while messages come', () => {
  it('answer each message once, by the rule before or after, and lose none', async () => {
    const shop = await shopWith({ autoReply: { rules: [rule('a')], budget: { replies: 1_000 } } });
    const sent: string[] = [];
    const traffic = async () => {
      for (let count = 0; count < 80; count += 1)
        sent.push((await shop.vera.send(SHOP, `Hello ${count}`)).id);
    };
    let isOver = false;
    const changes = async () => {
      for (let turn = 0; !isOver; turn += 1) {
        const rules = [rule(turn % 2 === 0 ? 'b' : 'a')];
        await shop.manager.updateSettings('shop', { autoReply: { rules } });
        // What is set is what holds, and everything else stays.
        const { autoReply, pacing } = await shop.manager.getSettings('shop');
        expect(autoReply).toMatchObject({ rules, budget: { replies: 1_000 } });
        expect(pacing.enabled).toBe(false);
        await shop.heard.until('some are answered', () => isOver || replies(shop).length >= 4 * turn);
      }
    };
    await Promise.all([
      traffic()
        .then(() => shop.received({ id: sent.at(-1) ?? '' }))
        .finally(() => (isOver = true)),
      changes(),
    ]);
    await shop.heard.until('all are answered', () => replies(shop).length >= sent.length);
    expect(replies(shop).map(({ payload }) => payload.messageId)).toEqual(sent);
    expect(new Set(replies(shop).map(({ payload }) => payload.rule))).toEqual(new Set(['a', 'b']));
    const answered = () => shop.vera.messages.filter(({ text }) => text?.startsWith('By ')).length;
    await expect.poll(answered).toBe(sent.length);
  });
});

describe('a delayed auto-read', () => {
  const DELAY_MS = 123_457;

  /** A shop where the delay is over when the test says so. */
  async function delayed() {
    const due: Array<() => void> = [];
    const clock: ManagerOptions['clock'] = {
      now: () => Date.now(),
      after(ms, run) {
        if (ms === DELAY_MS) {
          due.push(run);
          return () => void due.splice(due.indexOf(run) >>> 0, 1);
        }
        const timer = setTimeout(run, ms);
        return () => clearTimeout(timer);
      },
    };
    const shop = await shopWith({ autoRead: { chats: ['people'], delayMs: DELAY_MS } }, { clock });
    const isRead = (id: string) =>
      shop.vera.waitForMessage((message) => message.id === id && message.delivery === 'read');
    const delivery = (id: string) => shop.vera.messages.find((message) => message.id === id)?.delivery;
    const taken = async (text: string) => {
      const { id } = await shop.vera.send(SHOP, text);
      await shop.received({ id });
      await expect.poll(() => due.length).toBeGreaterThan(0);
      return id;
    };
    return { shop, due, isRead, delivery, taken };
  }

  it('shows the ticks when its time has come, for all that is there by then', async () => {
    const { shop, due, isRead, delivery, taken } = await delayed();
    const [first, second] = [await taken('First'), await taken('Second')];
    expect(due).toHaveLength(1);
    await shop.vera.waitForMessage((message) => message.id === second && message.delivery === 'delivered');
    expect(delivery(first)).toBe('delivered');
    due.splice(0).forEach((run) => void run());
    await isRead(first);
    await isRead(second);
  });

  it('outlives a change of other settings, and waits for a connection', async () => {
    const { shop, due, isRead, taken } = await delayed();
    const id = await taken('Wait for it');
    await shop.manager.updateSettings('shop', {
      autoReply: { rules: [{ ...rule('x'), match: { type: 'keyword', keywords: ['x'] } }] },
    });
    expect(due).toHaveLength(1);
    shop.simulator.closeConnection(SHOP, 'reset');
    await stateOf(shop.manager, 'shop', (state) => state.name !== 'connected');
    due.splice(0).forEach((run) => void run());
    await isRead(id);
  });
});

describe('a group that is ignored', () => {
  it('is not told, not answered and not read, while others are, until it is ignored no longer', async () => {
    const shop = await shopWith({
      autoReply: { rules: [{ ...rule('any'), answers: ['people', 'groups'] }] },
      autoRead: { chats: 'all' },
    });
    const { groups } = shop.simulator;
    const [cats, dogs] = ['Cats', 'Dogs'].map((subject) =>
      groups.create({ by: VERA, subject, members: [SHOP] }),
    );
    if (!cats || !dogs) throw new Error();
    await shop.manager.updateSettings('shop', { ignore: { chats: [cats.jid] } });
    const ignored = await shop.vera.send(cats.jid, 'Meow');
    await shop.received(await shop.vera.send(dogs.jid, 'Woof'));
    await shop.heard.until('the others are answered', () => replies(shop).length === 1);
    expect(shop.heard.texts()).toEqual(['Woof']);
    expect(replies(shop)[0]?.payload.chat).toBe(dogs.jid);
    expect(await shop.manager.getMessage('shop', ignored.id)).toBeUndefined();

    await shop.manager.updateSettings('shop', { ignore: { chats: [], kinds: ['groups'] } });
    await shop.vera.send(dogs.jid, 'Woof again');
    await shop.received(await shop.vera.send(SHOP, 'To you alone'));
    expect(shop.heard.texts()).toEqual(['Woof', 'To you alone']);

    await shop.manager.updateSettings('shop', { ignore: { kinds: [] } });
    await shop.received(await shop.vera.send(cats.jid, 'Meow again'));
    await shop.heard.until('the cats are answered', () => replies(shop).at(-1)?.payload.chat === cats.jid);
    expect(shop.heard.texts()).toEqual(['Woof', 'To you alone', 'Meow again']);
  });
});
