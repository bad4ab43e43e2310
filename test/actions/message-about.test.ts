import { describe, expect, it } from 'vitest';
import { watch } from '../support/world.js';
import { SHOP, type Shop, startShop, VERA, WALTER } from './shop.js';

const TOMORROW = Date.UTC(2030, 0, 1);

async function openShop() {
  const shop = await startShop();
  await shop.manager.updateSettings('shop', { pacing: { enabled: false } });
  const heard = watch(shop.manager);
  const received = (id: string) =>
    heard.until(`message ${id} is in the log`, (events) =>
      events.some((event) => event.type === 'message' && event.payload.id === id),
    );
  return {
    ...shop,
    heard,
    received,
    /** A message of Vera's, once it is stored. */
    async hear(content: Parameters<Shop['vera']['send']>[1], to = '15550001') {
      const { id } = await shop.vera.send(to, content);
      await received(id);
      return id;
    },
    /** A message of ours, once Vera has it. */
    async say(text: string) {
      const { messageId } = await shop.act('message.send', { to: VERA, text, waitFor: 'sent' });
      await shop.vera.waitForMessage(({ id }) => id === messageId);
      return messageId;
    },
  };
}

describe('the actions about a message', () => {
  it('reply to it, once for each key, and react to it', async () => {
    const { act, hear, vera, manager } = await openShop();
    const messageId = await hear('are you open?');
    const reply = { messageId, text: 'until six', idempotencyKey: 'answer-1', waitFor: 'sent' } as const;
    const item = await act('message.reply', reply);
    expect(item).toMatchObject({ state: 'sent', chat: VERA });
    expect((await act('message.reply', reply)).messageId).toBe(item.messageId);
    expect(await vera.waitForMessage(({ text }) => text === 'until six')).toMatchObject({
      content: { quote: messageId },
    });
    expect(await act('message.get', { messageId: item.messageId })).toMatchObject({
      message: { content: { quoted: { id: messageId, kind: 'text', text: 'are you open?' } } },
    });
    const place = { kind: 'location', latitude: 1, longitude: 2 } as const;
    await act('message.reply', { messageId, content: place });
    await vera.waitForMessage(({ content }) => content?.kind === 'location' && content.quote === messageId);

    await act('message.react', { messageId, emoji: '👍', waitFor: 'sent' });
    await vera.waitForMessage(({ id, reactions }) => id === messageId && reactions?.[0]?.emoji === '👍');
    expect(await act('message.get', { messageId })).toMatchObject({
      reactions: [{ by: { jid: SHOP }, emoji: '👍' }],
    });
    await act('message.react', { messageId, emoji: '', waitFor: 'sent' });
    await vera.waitForMessage(({ id, reactions }) => id === messageId && reactions?.length === 0);
    expect(await act('message.get', { messageId })).toMatchObject({ reactions: [] });

    for (const [name, input, code] of [
      ['message.reply', { messageId: 'NONE', text: 'hm' }, 'MESSAGE_NOT_FOUND'],
      ['message.reply', { messageId }, 'MESSAGE_INVALID'],
      ['message.react', { messageId: 'NONE', emoji: '👍' }, 'MESSAGE_NOT_FOUND'],
    ] as const)
      await expect(manager.act(name, input as never)).rejects.toMatchObject({ code });
  });

  it('forward what it says to several chats, and nothing that cannot be sent', async () => {
    const { act, hear, walter, manager, simulator } = await openShop();
    const group = simulator.groups.create({
      by: '15550008',
      subject: 'Cats',
      members: ['15550001', '15550009'],
    });
    const quoted = await hear('before');
    const messageId = await hear({ kind: 'text', text: 'fish today', quote: quoted });
    const to = ['+1 555 0008', group.jid];
    const input = { messageId, to, idempotencyKey: 'news', waitFor: 'sent' } as const;
    const items = await act('message.forward', input);
    expect(items.map(({ chat, state }) => [chat, state])).toEqual([
      [WALTER, 'sent'],
      [group.jid, 'sent'],
    ]);
    expect((await act('message.forward', input)).map((item) => item.messageId)).toEqual(
      items.map((item) => item.messageId),
    );
    for (const { messageId: id } of items)
      expect((await walter.waitForMessage((message) => message.id === id)).content).toEqual({
        kind: 'text',
        text: 'fish today',
        forwarded: true,
      });

    const live = await hear({ kind: 'location', latitude: 1, longitude: 2, live: true });
    const once = { kind: 'text', text: 'secret', isViewOnce: true } as const;
    const { messageId: seenOnce } = await act('message.send', { to: VERA, content: once });
    const reaction = await hear({ kind: 'reaction', of: messageId, emoji: '👍' });
    for (const id of [live, seenOnce, reaction])
      await expect(manager.act('message.forward', { messageId: id, to })).rejects.toMatchObject({
        code: 'MESSAGE_NOT_FORWARDABLE',
      });
  });

  it('forward a file as it is, without fetching it', async () => {
    const { act, received, vera, walter } = await openShop();
    const { id } = await vera.attachments.send('15550001', {
      kind: 'image',
      data: Buffer.from('not looked at'),
      caption: 'a cat',
    });
    await received(id);
    const [item] = await act('message.forward', { messageId: id, to: [WALTER], waitFor: 'sent' });
    const shown = await walter.waitForMessage((message) => message.id === item?.messageId);
    expect(shown.text).toBe('a cat');
    expect(shown.media).toMatchObject({ ...vera.attachments.describe(id) });
  });

  it('edit it: both sides show and find the new text', async () => {
    const { act, say, hear, vera, manager } = await openShop();
    const messageId = await say('open until six');
    await act('message.edit', { messageId, text: 'closed today', waitFor: 'sent' });
    await vera.waitForMessage(({ id, text }) => id === messageId && text === 'closed today');
    const { message } = await act('message.get', { messageId });
    expect(message).toMatchObject({ content: { kind: 'text', text: 'closed today' } });
    expect(message.editedAt).toBeGreaterThan(0);
    expect((await act('message.search', { text: 'closed' })).map(({ id }) => id)).toEqual([messageId]);
    expect(await act('message.search', { text: 'six' })).toEqual([]);
    const reply = await act('message.reply', { messageId, text: 'sorry', waitFor: 'sent' });
    expect(await act('message.get', { messageId: reply.messageId })).toMatchObject({
      message: { content: { quoted: { id: messageId, text: 'closed today' } } },
    });

    const hers = await hear('hello');
    const poll = await act('message.send', {
      to: VERA,
      content: { kind: 'poll', name: 'Lunch?', options: ['Yes', 'No'] },
    });
    for (const [id, code] of [
      ['NONE', 'MESSAGE_NOT_FOUND'],
      [hers, 'MESSAGE_NOT_OWN'],
      [poll.messageId, 'MESSAGE_NOT_EDITABLE'],
    ] as const)
      await expect(manager.act('message.edit', { messageId: id, text: 'hm' })).rejects.toMatchObject({
        code,
      });
  });

  it('take it back, in a group also what others wrote', async () => {
    const { act, say, hear, vera, walter, manager, simulator } = await openShop();
    const messageId = await say('a mistake');
    await act('message.revoke', { messageId, waitFor: 'sent' });
    await vera.waitForMessage(({ id, revoked }) => id === messageId && revoked === true);
    expect(await act('message.get', { messageId })).toMatchObject({ message: { isRevoked: true } });
    expect(await act('message.search', { text: 'mistake' })).toEqual([]);
    await expect(manager.act('message.edit', { messageId, text: 'hm' })).rejects.toMatchObject({
      code: 'MESSAGE_NOT_EDITABLE',
    });
    await expect(manager.act('message.forward', { messageId, to: [WALTER] })).rejects.toMatchObject({
      code: 'MESSAGE_NOT_FORWARDABLE',
    });

    const hers = await hear('hello');
    await expect(manager.act('message.revoke', { messageId: hers })).rejects.toMatchObject({
      code: 'MESSAGE_NOT_OWN',
    });
    const group = simulator.groups.create({
      by: '15550001',
      subject: 'Cats',
      members: ['15550008', '15550009'],
    });
    const spam = await hear('buy my fish', group.jid);
    await walter.waitForMessage(({ id }) => id === spam);
    await act('message.revoke', { messageId: spam, waitFor: 'sent' });
    await walter.waitForMessage(({ id, revoked }) => id === spam && revoked === true);
    expect(await act('message.get', { messageId: spam })).toMatchObject({ message: { isRevoked: true } });
  });

  it('pin and keep it', async () => {
    const { act, hear, vera, manager } = await openShop();
    const messageId = await hear('the address');
    await act('message.pin', { messageId, forMs: 86_400_000 });
    await vera.waitForMessage(({ id, pinned }) => id === messageId && pinned === true);
    await act('message.pin', { messageId, isPinned: false });
    await vera.waitForMessage(({ id, pinned }) => id === messageId && pinned === false);
    await act('message.keep', { messageId });
    await vera.waitForMessage(({ id, kept }) => id === messageId && kept === true);
    await act('message.keep', { messageId, isKept: false });
    await vera.waitForMessage(({ id, kept }) => id === messageId && kept === false);
    await expect(manager.act('message.pin', { messageId, forMs: 1 as never })).rejects.toMatchObject({
      code: 'OPTION_INVALID',
      details: { option: 'forMs' },
    });
    for (const name of ['message.pin', 'message.keep'] as const)
      await expect(manager.act(name, { messageId: 'NONE' })).rejects.toMatchObject({
        code: 'MESSAGE_NOT_FOUND',
      });
  });

  it('vote in a poll, and tell who has voted for what', async () => {
    const { act, hear, received, vera, manager } = await openShop();
    const messageId = await hear({ kind: 'poll', name: 'Lunch?', options: ['Yes', 'No'], selectable: 1 });
    await act('message.vote', { messageId, options: ['Yes'], waitFor: 'sent' });
    await act('message.vote', { messageId, options: ['No'], waitFor: 'sent' });
    const vote = await vera.send('15550001', { kind: 'vote', of: messageId, options: ['No'] });
    await received(vote.id);
    const { tally } = await act('message.get', { messageId });
    expect(tally?.map(({ option, voters }) => [option, voters.map(({ jid }) => jid).toSorted()])).toEqual([
      ['Yes', []],
      ['No', [SHOP, VERA]],
    ]);
    expect(tally?.[1]?.voters).toContainEqual(
      expect.objectContaining({ jid: VERA, phone: '15550009', name: 'Vera' }),
    );
    await expect(manager.act('message.vote', { messageId, options: ['Maybe'] })).rejects.toMatchObject({
      code: 'MESSAGE_INVALID',
      details: { field: 'options' },
    });
  });

  it('say whether one comes to an event', async () => {
    const { act, hear, vera, manager } = await openShop();
    const messageId = await hear({ kind: 'event', name: 'Dinner', startAt: TOMORROW });
    await act('message.respondToEvent', { messageId, response: 'maybe', waitFor: 'sent' });
    await act('message.respondToEvent', { messageId, response: 'going', extraGuests: 2, waitFor: 'sent' });
    await vera.waitForMessage(
      ({ id, responses }) => id === messageId && responses?.[0]?.response === 'going',
    );
    expect(await act('message.get', { messageId })).toMatchObject({
      responses: [{ by: { jid: SHOP }, response: 'going', extraGuests: 2 }],
    });
    await expect(
      manager.act('message.respondToEvent', { messageId: 'NONE', response: 'going' }),
    ).rejects.toMatchObject({ code: 'MESSAGE_NOT_FOUND' });
  });

  it('wait in the queue of a device that has no connection, and are refused by one that is stopped', async () => {
    const { act, hear, manager, simulator } = await openShop();
    const messageId = await hear('hello');
    const refusal = simulator.faults.add({ kind: 'refuse-messages', code: 500, only: { tag: 'message' } });
    const item = await act('message.react', { messageId, emoji: '👍', expiresInMs: 60_000 });
    expect(item.expiresAt - item.queuedAt).toBe(60_000);
    simulator.faults.remove(refusal.id);
    await manager.stopDevice('shop');
    await expect(manager.act('message.react', { messageId, emoji: '👍' })).rejects.toMatchObject({
      code: 'DEVICE_NOT_CONNECTED',
    });
  });
});

describe('what others do to their messages', () => {
  it('is seen in the message that it is about', async () => {
    const { act, hear, say, received, vera, owner } = await openShop();
    const hers = await hear('meet at five');
    await received((await vera.send('15550001', { kind: 'edit', of: hers, text: 'meet at six' })).id);
    expect(await act('message.get', { messageId: hers })).toMatchObject({
      message: { content: { text: 'meet at six' }, editedAt: expect.any(Number) },
    });
    expect((await act('message.search', { text: 'six' })).map(({ id }) => id)).toEqual([hers]);
    await received((await vera.send('15550001', { kind: 'revoke', of: hers })).id);
    expect(await act('message.get', { messageId: hers })).toMatchObject({ message: { isRevoked: true } });
    expect(await act('message.search', { text: 'six' })).toEqual([]);

    // The phone of the account changes what the device wrote.
    const ours = await say('wait');
    await owner.waitForMessage(({ id }) => id === ours);
    await received((await owner.send('15550009', { kind: 'edit', of: ours, text: 'come in' })).id);
    expect(await act('message.get', { messageId: ours })).toMatchObject({
      message: { content: { text: 'come in' } },
    });
  });
});
