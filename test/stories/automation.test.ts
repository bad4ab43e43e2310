import type { DeviceSettingsPatch, EventOf, EventType, WharfEvent } from '@wharf/core';
import { describe, expect, it } from 'vitest';
import { SHOP, Shop, VERA } from '../support/shop.js';
import { link, startManager, startSimulator, watch } from '../support/world.js';

const OTHER = '15550002';
const vera = `${VERA}@s.whatsapp.net`;

const any = { id: 'any', match: { type: 'any' }, reply: { text: 'We call you back.' } } as const;

const ofType = <T extends EventType>(events: WharfEvent[], type: T) =>
  events.filter((event): event is EventOf<T> => event.type === type);

async function shopWith(settings: DeviceSettingsPatch): Promise<Shop> {
  const shop = await Shop.open();
  await shop.manager.updateSettings('shop', settings);
  return shop;
}

/** What Vera was written, once it is there; all of it, so far. */
async function answer(shop: Shop, text: string): Promise<void> {
  await shop.vera.waitForMessage((message) => !message.fromMe && message.text === text);
}

/** All that has come so far has been dealt with: a question that comes afterwards has been answered. */
async function settled(shop: Shop): Promise<void> {
  await shop.manager.updateSettings('shop', {
    autoReply: {
      rules: [
        { id: 'last', match: { type: 'keyword', keywords: ['the last question'] }, reply: { text: 'Done.' } },
        ...((await shop.manager.getSettings('shop')).autoReply.rules ?? []),
      ],
      budget: { replies: 1_000 },
    },
  });
  await shop.vera.send(SHOP, 'The last question');
  await answer(shop, 'Done.');
}

const replies = (shop: Shop) =>
  ofType(shop.heard.events, 'automation.replied').filter(({ payload }) => payload.rule !== 'last');

describe('an auto-reply', () => {
  it('answers by the first rule that matches: a keyword, a pattern with its groups, or anything', async () => {
    const shop = await shopWith({
      autoReply: {
        rules: [
          {
            id: 'hours',
            match: { type: 'keyword', keywords: ['öffnungszeiten', 'opening hours'] },
            reply: { text: 'We are {{open}}.' },
          },
          {
            id: 'order',
            match: { type: 'regex', pattern: 'order #(?<number>\\d+)' },
            reply: {
              template: '{{name}} ({{phone}}), order {{ number }} is on its way. You wrote: {{text}}',
            },
            isQuoting: true,
          },
          any,
        ],
      },
    });
    await shop.vera.send(SHOP, 'OFFNUNGSZEITEN?');
    await answer(shop, 'We are {{open}}.');
    const { id } = await shop.vera.send(SHOP, 'Where is Order #42?');
    await answer(shop, `Vera (${VERA}), order 42 is on its way. You wrote: Where is Order #42?`);
    await shop.vera.send(SHOP, 'Hello?');
    await answer(shop, 'We call you back.');
    await shop.heard.until('three replies are told', () => replies(shop).length === 3);
    expect(replies(shop).map(({ payload }) => payload.rule)).toEqual(['hours', 'order', 'any']);
    expect(replies(shop)[1]?.payload).toEqual({
      chat: vera,
      rule: 'order',
      messageId: id,
      replyId: expect.any(String),
    });
  });

  it('is not given to groups unless asked for, nor to reactions', async () => {
    const shop = await shopWith({ autoReply: { rules: [any] } });
    const group = shop.simulator.groups.create({ by: VERA, subject: 'Cats', members: [SHOP] });
    const inGroup = await shop.vera.send(group.jid, 'Hello all');
    await shop.received(inGroup);
    await settled(shop);
    expect(replies(shop)).toEqual([]);

    await shop.manager.updateSettings('shop', { autoReply: { rules: [{ ...any, answers: ['groups'] }] } });
    await shop.vera.send(group.jid, 'Anybody?');
    await shop.heard.until('the group is answered', () => replies(shop).length === 1);
    expect(replies(shop)[0]?.payload.chat).toBe(group.jid);
  });

  it('is not given to what is older than the settings allow', async () => {
    const shop = await shopWith({ autoReply: { rules: [any] } });
    await shop.manager.stopDevice('shop');
    await shop.vera.send(SHOP, 'Long ago');
    await shop.manager.updateSettings('shop', { autoReply: { maxAgeMs: 0 } });
    await shop.manager.startDevice('shop');
    await shop.heard.until('it has come', () => shop.heard.texts().includes('Long ago'));
    await shop.manager.updateSettings('shop', { autoReply: { maxAgeMs: null } });
    await settled(shop);
    expect(replies(shop)).toEqual([]);
  });

  it('is silent for a while after it has replied', async () => {
    const shop = await shopWith({ autoReply: { rules: [{ ...any, coolDownMs: 3_600_000 }] } });
    await shop.vera.send(SHOP, 'Once');
    await answer(shop, 'We call you back.');
    await shop.restart();
    await shop.received(await shop.vera.send(SHOP, 'Twice'));
    await settled(shop);
    expect(replies(shop)).toEqual([]);
  });

  it('between two devices of ours stops within twice the budget, and says so', async () => {
    const simulator = await startSimulator();
    const manager = await startManager(simulator);
    const heard = watch(manager);
    for (const [id, phone] of [
      ['one', SHOP],
      ['two', OTHER],
    ] as const) {
      await manager.createDevice({ id });
      await link(manager, simulator, id, phone);
      await manager.updateSettings(id, { pacing: { enabled: false }, autoReply: { rules: [any] } });
    }
    await manager.send('one', { to: OTHER, text: 'Hello' });
    await heard.until(
      'the budget is used up',
      (events) => ofType(events, 'automation.budget_exhausted').length > 0,
    );
    const [told, ...more] = ofType(heard.events, 'automation.budget_exhausted');
    expect(told?.payload).toEqual({ chat: expect.any(String), replies: 10, endsAt: expect.any(Number) });
    expect(more).toEqual([]);
    // Nobody has anything to answer any more.
    expect(ofType(heard.events, 'automation.replied').length).toBeLessThanOrEqual(20);
    expect((await manager.listSends('one')).length).toBeLessThanOrEqual(11);
    expect((await manager.listSends('two')).length).toBeLessThanOrEqual(10);
  });

  it('is refused at once when it could never work', async () => {
    const shop = await Shop.open();
    const rule = (change: object) => ({ autoReply: { rules: [{ ...any, ...change }] } });
    for (const [patch, option] of [
      [rule({ reply: { template: 'Hi {{nmae}}' } }), 'autoReply.rules.0.reply.template'],
      [rule({ match: { type: 'regex', pattern: '(a' } }), 'autoReply.rules.0.match.pattern'],
      [rule({ match: { type: 'regex', pattern: '(?=a)' } }), 'autoReply.rules.0.match.pattern'],
      [rule({ timeZone: 'Europe/Atlantis' }), 'autoReply.rules.0.timeZone'],
      [rule({ timeZone: '+01:00' }), 'autoReply.rules.0.timeZone'],
      [rule({ schedule: { from: '25:00' } }), 'autoReply.rules.0.schedule.from'],
      [{ autoReply: { rules: [any, any] } }, 'autoReply.rules'],
      [{ ignore: { chats: ['nobody'] } }, 'ignore.chats.0'],
      [{ presence: { pulseMs: 1 } }, 'presence.pulseMs'],
    ] as const) {
      await expect(
        shop.manager.updateSettings('shop', patch as DeviceSettingsPatch),
        option,
      ).rejects.toMatchObject({ code: 'OPTION_INVALID', details: { option } });
    }
  });
});

describe('a device', () => {
  it('marks what comes in as read, where it is told to', async () => {
    const shop = await shopWith({ autoRead: { chats: ['people'] } });
    const { id } = await shop.vera.send(SHOP, 'Seen?');
    await shop.vera.waitForMessage((message) => message.id === id && message.delivery === 'read');
  });

  it('declines calls and says why', async () => {
    const shop = await shopWith({ calls: { reject: 'all', message: 'Please write.' } });
    const { id } = shop.vera.calls.offer(SHOP);
    await answer(shop, 'Please write.');
    await shop.heard.until('it is told', () => replies(shop).length === 1);
    expect(replies(shop)[0]?.payload).toMatchObject({ chat: vera, callId: id });
    await expect.poll(() => shop.vera.calls.all.find((call) => call.id === id)?.state).toBe('rejected');
  });

  it('lets calls of the exceptions ring', async () => {
    const shop = await shopWith({ calls: { reject: 'all', except: [`+${VERA}`] } });
    const { id } = shop.vera.calls.offer(SHOP);
    await shop.heard.until('it rings', (events) => ofType(events, 'call').length === 1);
    await settled(shop);
    expect(shop.vera.calls.all.find((call) => call.id === id)?.state).toBe('ringing');
  });

  it('does as if what is ignored had not come, and acknowledges it', async () => {
    const shop = await shopWith({ ignore: { chats: [`+${VERA}`] } });
    const walter = shop.simulator.addContact({ phone: '15550008', name: 'Walter' });
    const { id } = await shop.vera.send(SHOP, 'Ignored');
    await shop.vera.waitForMessage((message) => message.id === id && message.delivery === 'delivered');
    await shop.received(await walter.send(SHOP, 'Heard'));
    expect(shop.heard.texts()).toEqual(['Heard']);
    expect(await shop.manager.getMessage('shop', id)).toBeUndefined();
    await shop.restart();
    await shop.received(await walter.send(SHOP, 'Heard again'));
    expect(shop.heard.texts()).toEqual(['Heard again']);
  });

  it('is away unless told otherwise, and then shows as online', async () => {
    const shop = await Shop.open();
    shop.vera.presence.watch(SHOP);
    expect(shop.vera.presence.of(SHOP)).toMatchObject({ state: 'unavailable' });
    await shop.manager.updateSettings('shop', { presence: { onConnect: 'available' } });
    await expect.poll(() => shop.vera.presence.of(SHOP)?.state).toBe('available');
    await shop.restart();
    await expect.poll(() => shop.vera.presence.of(SHOP)?.state).toBe('available');
    await shop.manager.updateSettings('shop', { presence: { onConnect: null } });
    await expect.poll(() => shop.vera.presence.of(SHOP)?.state).toBe('unavailable');
  });

  it('tells of the presence of those it watches, after a reconnect too', async () => {
    const shop = await shopWith({ presence: { onConnect: 'available' } });
    shop.vera.presence.watch(SHOP);
    await expect.poll(() => shop.vera.presence.of(SHOP)?.state).toBe('available');
    await shop.manager.act('presence.subscribe', { contact: VERA });
    const states = () => ofType(shop.heard.events, 'presence').map(({ payload }) => payload.state);
    shop.vera.presence.set('available');
    await shop.heard.until('Vera is there', () => states().includes('available'));
    for (const state of ['composing', 'recording', 'paused'] as const) {
      shop.vera.presence.type(SHOP, state);
      await shop.heard.until(`Vera is ${state}`, () => states().at(-1) === state);
    }
    await shop.manager.stopDevice('shop');
    await shop.manager.startDevice('shop');
    await shop.heard.until('Vera is seen again', () => states().at(-1) === 'available');
    shop.vera.presence.set('unavailable');
    await shop.heard.until('Vera has gone', () => states().at(-1) === 'unavailable');
    expect(ofType(shop.heard.events, 'presence').at(-1)?.payload).toMatchObject({
      chat: vera,
      contact: { jid: vera },
      lastSeenAt: expect.any(Number),
    });
  });
});
