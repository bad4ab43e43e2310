import { describe, expect, it } from 'vitest';
import { watch } from '../support/world.js';
import { SHOP, startShop, VERA } from './shop.js';

describe('the actions of messages', () => {
  it('send a text to a number as people write it, and tell how far it got', async () => {
    const { act, manager, vera } = await startShop();
    const item = await act('message.send', { to: '+1 (555) 0009', text: 'hello', waitFor: 'delivered' });
    expect(item).toMatchObject({ state: 'sent', chat: VERA, delivery: 'delivered' });
    await vera.waitForMessage(({ text }) => text === 'hello');
    const { messageId } = item;
    expect(await act('message.get', { messageId })).toMatchObject({
      message: { id: messageId, chat: VERA, isFromMe: true, sender: { jid: SHOP } },
      delivery: 'delivered',
      isStarred: false,
    });
    expect(await act('message.list', { chat: '1 555 0009' })).toHaveLength(1);
    expect(await act('message.search', { text: 'hel*' })).toHaveLength(1);
    expect(await act('message.listSends', {})).toEqual([]);
    expect(await act('message.listSends', { states: ['sent'] })).toEqual([item]);
    expect(await act('message.cancel', { messageId })).toMatchObject({ state: 'sent' });
    expect(await act('message.wait', { messageId, until: 'delivered' })).toEqual(item);
    expect(await act('message.wait', { messageId, until: 'read', timeoutMs: 0 })).toEqual(item);
    await expect(manager.act('message.send', { to: 'Vera', text: 'hello' })).rejects.toMatchObject({
      code: 'RECIPIENT_INVALID',
    });
    await expect(manager.act('message.get', { messageId: 'NONE' })).rejects.toMatchObject({
      code: 'MESSAGE_NOT_FOUND',
    });
  });

  it('tell those who wrote that a message was read, or played', async () => {
    const { act, manager, simulator, vera } = await startShop();
    const heard = watch(manager);
    const { id } = await vera.send('15550001', 'are you open?');
    await heard.until('the text is in the log', () => heard.texts().includes('are you open?'));
    const read = vera.waitForMessage((message) => message.id === id && message.delivery === 'read');
    await act('message.markRead', { messageIds: [id] });
    await read;
    const played = vera.waitForMessage((message) => message.id === id && message.delivery === 'played');
    await act('message.markPlayed', { messageIds: [id] });
    await played;
    await expect(manager.act('message.markRead', { messageIds: ['NONE'] })).rejects.toMatchObject({
      code: 'MESSAGE_NOT_FOUND',
    });
    expect(simulator.statistics().unknown).toEqual([]);
  });

  it.each(['lid', 'pn'] as const)(
    'confirm what was read in a group that addresses by %s',
    async (addressingMode) => {
      const { act, manager, simulator, vera } = await startShop();
      const heard = watch(manager);
      const group = simulator.groups.create({
        by: '15550009',
        subject: 'Cats',
        members: ['15550001', '15550008'],
        addressingMode,
      });
      const { id } = await vera.send(group.jid, 'who has fish?');
      await heard.until('the text is in the log', () => heard.texts().includes('who has fish?'));
      const receipt = simulator.waitFor('stanza', ({ direction, stanza: { tag, attrs } }) => {
        const participant = addressingMode === 'lid' ? vera.lid : VERA;
        return (
          direction === 'in' &&
          tag === 'receipt' &&
          attrs.type === 'read' &&
          attrs.participant === participant
        );
      });
      await act('message.markRead', { messageIds: [id] });
      expect((await receipt).stanza.attrs).toMatchObject({ id, to: group.jid });
    },
  );

  it('star a message and delete it for this account alone', async () => {
    const { act, manager, simulator, owner, vera } = await startShop();
    const heard = watch(manager);
    const { id } = await vera.send('15550001', 'keep this');
    await heard.until('the text is in the log', () => heard.texts().includes('keep this'));
    await act('message.star', { messageId: id });
    expect(owner.settings.get().starred).toEqual([id]);
    expect(await act('message.get', { messageId: id })).toMatchObject({ isStarred: true });
    await act('message.star', { messageId: id, isStarred: false });
    expect(await act('message.get', { messageId: id })).toMatchObject({ isStarred: false });

    const refusal = simulator.faults.add({
      kind: 'refuse-queries',
      code: 429,
      only: { xmlns: 'w:sync:app:state' },
    });
    await expect(manager.act('message.deleteForMe', { messageId: id })).rejects.toMatchObject({
      code: 'ACTION_RATE_LIMITED',
      details: { refusal: 429 },
    });
    expect(await act('message.list', { chat: VERA })).toHaveLength(1);
    simulator.faults.remove(refusal.id);
    await act('message.deleteForMe', { messageId: id });
    expect(await act('message.list', { chat: VERA })).toEqual([]);
    expect(simulator.phoneMessages('15550001').some((message) => message.id === id)).toBe(false);
    expect(vera.messages.some((message) => message.id === id)).toBe(true);
  });
});
