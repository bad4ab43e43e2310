import { describe, expect, it } from 'vitest';
import { SHOP, Shop, VERA } from '../support/shop.js';

const vera = `${VERA}@s.whatsapp.net`;

describe('somebody with two addresses', () => {
  it('has one chat, whichever of them either side uses, and is named by both', async () => {
    const shop = await Shop.open();
    const { lid } = shop.vera;
    const own = shop.simulator.account(SHOP);
    const both = { jid: vera, lid, phone: VERA };
    for (const address of [own.lid, own.jid, own.lid]) {
      const message = await shop.received(await shop.vera.send(address, `to ${address}`));
      expect(message).toMatchObject({ chat: vera, sender: both });
    }
    for (const address of [VERA, '+1 555 0009', vera, lid]) {
      const { messageId, chat } = await shop.manager.send('shop', { to: address, text: 'hello' });
      expect(chat).toBe(vera);
      await shop.shown(messageId);
      const heard = () =>
        shop.heard.events.filter(
          (event) => event.type === 'message.delivery' && event.payload.messageId === messageId,
        );
      await shop.heard.until('it was delivered', () => heard().length > 0);
      for (const { payload } of heard()) expect(payload).toMatchObject({ chat: vera });
    }
    shop.vera.calls.offer(SHOP);
    await shop.heard.until('it rings', (events) => events.some(({ type }) => type === 'call'));
    await shop.simulator.phone(SHOP).send(VERA, 'from the phone');
    await shop.heard.until('the phone wrote', () => shop.heard.texts().includes('from the phone'));
    const about = shop.heard.events.filter(
      ({ type }) => !['device.state', 'history.progress'].includes(type),
    );
    expect(new Set(about.map(({ type }) => type))).toEqual(new Set(['message', 'message.delivery', 'call']));
    for (const event of about) expect(event).toMatchObject({ jid: own.jid, chatId: vera, phone: VERA, lid });
    expect((await shop.manager.listChats('shop')).map(({ jid }) => jid)).toEqual([vera]);
    const all = await shop.manager.listMessages('shop', VERA);
    expect(all).toHaveLength(8);
    for (const address of ['+1 555 0009', vera, lid]) {
      expect(await shop.manager.listMessages('shop', address)).toEqual(all);
      const found = { text: 'hello', chat: address };
      expect(await shop.manager.searchMessages('shop', found)).toHaveLength(4);
      expect(await shop.manager.act('chat.get', { chat: address })).toMatchObject({ jid: vera });
      expect(await shop.manager.act('contact.get', { contact: address })).toMatchObject(both);
    }
    expect(await shop.manager.searchMessages('shop', { text: 'to*', from: lid })).toHaveLength(3);
  });

  it.each(['pn', 'lid'] as const)('is named by both in a group that addresses by %s', async (mode) => {
    const shop = await Shop.open();
    const { jid: group } = shop.simulator.groups.create({
      by: VERA,
      subject: 'Cats',
      members: [SHOP],
      addressingMode: mode,
    });
    const both = { jid: vera, lid: shop.vera.lid, phone: VERA };
    expect(await shop.received(await shop.vera.send(group, 'meow'))).toMatchObject({
      chat: group,
      sender: both,
    });
    expect(shop.heard.events.at(-1)).toMatchObject({ chatId: group, phone: VERA, lid: shop.vera.lid });
    const { participants } = await shop.manager.act('group.get', { group });
    const own = shop.simulator.account(SHOP);
    expect(participants).toHaveLength(2);
    expect(participants).toContainEqual(expect.objectContaining(both));
    expect(participants).toContainEqual(expect.objectContaining({ jid: own.jid, lid: own.lid, phone: SHOP }));
  });
});
