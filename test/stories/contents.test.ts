import type { Content, OutgoingContentInput } from '@wharf/core';
import type { ChatMessage, Contact } from '@wharf/simulator';
import { describe, expect, it } from 'vitest';
import { SHOP, Shop, VERA } from '../support/shop.js';

const TOMORROW = Date.UTC(2030, 0, 1);

describe('what a contact sends', () => {
  it('comes as it was meant, whatever it is', async () => {
    const shop = await Shop.open();
    const { vera, simulator } = shop;
    simulator.addContact({ phone: '15550008', name: 'Walter' });
    const first = await vera.send(SHOP, 'plain');
    const table: Array<[Parameters<Contact['send']>[1], Content | object]> = [
      [
        { kind: 'text', text: 'see https://a.example', preview: { url: 'https://a.example', title: 'A' } },
        { kind: 'text', preview: { url: 'https://a.example', title: 'A' } },
      ],
      [
        { kind: 'text', text: 'a reply', quote: first.id },
        { kind: 'text', quoted: { id: first.id, isFromMe: false, kind: 'text', text: 'plain' } },
      ],
      [
        { kind: 'text', text: 'to @Walter', mentions: ['15550008'], forwarded: true, expiresIn: 86_400 },
        {
          kind: 'text',
          mentions: [expect.stringMatching(/@(lid|s\.whatsapp\.net)$/)],
          isForwarded: true,
          ephemeralMs: 86_400_000,
        },
      ],
      [
        { kind: 'location', latitude: 48.2, longitude: 16.37, name: 'Vienna', address: 'Austria' },
        { kind: 'location', latitude: 48.2, longitude: 16.37, name: 'Vienna', address: 'Austria' },
      ],
      [
        { kind: 'location', latitude: 1, longitude: 2, live: true, name: 'on my way' },
        { kind: 'live_location', latitude: 1, longitude: 2, caption: 'on my way' },
      ],
      [
        { kind: 'contacts', contacts: [{ name: 'Olga', phone: '+1 555 0004' }] },
        { kind: 'contacts', contacts: [{ name: 'Olga', phones: ['+1 555 0004'] }] },
      ],
      [
        { kind: 'contacts', contacts: [1, 2].map((n) => ({ name: `N${n}`, phone: `+1555000${n}` })) },
        { kind: 'contacts', contacts: [{ name: 'N1' }, { name: 'N2', phones: ['+15550002'] }] },
      ],
      [
        { kind: 'poll', name: 'Lunch?', options: ['Yes', 'No'], selectable: 1 },
        { kind: 'poll', name: 'Lunch?', options: ['Yes', 'No'], selectableCount: 1 },
      ],
      [
        { kind: 'poll', name: 'Days?', options: ['Mo', 'Tu', 'We'] },
        { kind: 'poll', name: 'Days?', options: ['Mo', 'Tu', 'We'], selectableCount: 0 },
      ],
      [
        {
          kind: 'event',
          name: 'Party',
          startAt: TOMORROW,
          description: 'bring cake',
          location: { name: 'Here' },
        },
        {
          kind: 'event',
          name: 'Party',
          startAt: TOMORROW,
          description: 'bring cake',
          location: { name: 'Here' },
        },
      ],
      [
        { kind: 'buttons', text: 'Choose', footer: 'soon', buttons: [{ id: 'a', text: 'A' }] },
        { kind: 'buttons', text: 'Choose', footer: 'soon', buttons: [{ id: 'a', text: 'A' }] },
      ],
      ...(['template', 'interactive'] as const).map((as): [Parameters<Contact['send']>[1], object] => [
        { kind: 'buttons', as, text: 'Right?', footer: 'Shop', buttons: [{ id: 'yes', text: 'Yes' }] },
        { kind: 'buttons', text: 'Right?', footer: 'Shop', buttons: [{ id: 'yes', text: 'Yes' }] },
      ]),
      [
        {
          kind: 'list',
          text: 'Menu',
          button: 'Open',
          rows: [{ id: 'r1', title: 'Soup', description: 'hot' }],
        },
        {
          kind: 'list',
          text: 'Menu',
          button: 'Open',
          sections: [{ rows: [{ id: 'r1', title: 'Soup', description: 'hot' }] }],
        },
      ],
      [
        {
          kind: 'groupInvite',
          group: '123@g.us',
          groupName: 'Cats',
          code: 'xyz',
          expiresAt: TOMORROW,
          text: 'Come',
        },
        {
          kind: 'group_invite',
          group: '123@g.us',
          groupName: 'Cats',
          code: 'xyz',
          expiresAt: TOMORROW,
          text: 'Come',
        },
      ],
      [
        {
          kind: 'product',
          id: 'p1',
          title: 'Shoe',
          amount1000: 9_990,
          currency: 'EUR',
          owner: VERA,
          text: 'New',
        },
        { kind: 'product', productId: 'p1', title: 'Shoe', amount1000: 9_990, currency: 'EUR', text: 'New' },
      ],
      [
        {
          kind: 'order',
          id: 'o1',
          title: 'Cart',
          itemCount: 2,
          amount1000: 5_000,
          currency: 'EUR',
          seller: VERA,
        },
        { kind: 'order', orderId: 'o1', itemCount: 2, amount1000: 5_000, currency: 'EUR', status: 'inquiry' },
      ],
      [
        { kind: 'album', images: 2, videos: 1 },
        { kind: 'album', imageCount: 2, videoCount: 1 },
      ],
      [
        { kind: 'callLog', outcome: 'missed', video: true },
        { kind: 'call', outcome: 'missed', isVideo: true },
      ],
      [
        { kind: 'flowReply', of: first.id, name: 'flow', text: 'Sent', parameters: '{"size":"M"}' },
        {
          kind: 'flow_response',
          name: 'flow',
          text: 'Sent',
          parameters: '{"size":"M"}',
          quoted: { id: first.id, text: 'plain' },
        },
      ],
      [
        { kind: 'expiration', seconds: 604_800 },
        { kind: 'ephemeral_setting', ephemeralMs: 604_800_000 },
      ],
      [
        { kind: 'paymentRequest', amount1000: 1_000, currency: 'EUR', from: SHOP },
        { kind: 'unsupported', type: 'requestPaymentMessage' },
      ],
      [
        { kind: 'reaction', of: first.id, emoji: '👍' },
        { kind: 'reaction', emoji: '👍', target: { id: first.id, isFromMe: false } },
      ],
      [
        { kind: 'edit', of: first.id, text: 'plainer' },
        { kind: 'edit', text: 'plainer', target: { id: first.id, isFromMe: false } },
      ],
      [
        { kind: 'pin', of: first.id, seconds: 86_400 },
        { kind: 'pin', isPinned: true, durationMs: 86_400_000, target: { id: first.id, isFromMe: false } },
      ],
      [
        { kind: 'pin', of: first.id, seconds: 0 },
        { kind: 'pin', isPinned: false, target: { id: first.id } },
      ],
      [
        { kind: 'keep', of: first.id, kept: true },
        { kind: 'keep', isKept: true, target: { id: first.id, isFromMe: false } },
      ],
      [
        { kind: 'revoke', of: first.id },
        { kind: 'revoke', target: { id: first.id, isFromMe: false, sender: `${VERA}@s.whatsapp.net` } },
      ],
    ];
    for (const [written, expected] of table) {
      const { id } = await vera.send(SHOP, written);
      expect((await shop.received({ id })).content).toMatchObject(expected);
    }
    expect((await shop.received(first)).content).toEqual({ kind: 'text', text: 'plain' });
  });
});

describe('what a device sends', () => {
  it('reaches a contact as it was meant, whatever it is', async () => {
    const shop = await Shop.open();
    const { vera } = shop;
    const question = await vera.send(SHOP, 'who is there?');
    await shop.received(question);
    const table: Array<[OutgoingContentInput, object]> = [
      [
        { kind: 'text', text: 'plain' },
        { kind: 'text', text: 'plain' },
      ],
      [
        { kind: 'text', text: 'see', preview: { url: 'https://a.example', title: 'A', description: 'B' } },
        { kind: 'text', preview: { url: 'https://a.example', title: 'A', description: 'B' } },
      ],
      [
        { kind: 'text', text: 'me', quoted: question.id },
        { kind: 'text', text: 'me', quote: question.id },
      ],
      [
        {
          kind: 'text',
          text: `to @${VERA}`,
          mentions: ['+1 555 0009'],
          isForwarded: true,
          ephemeralMs: 86_400_000,
        },
        { mentions: [`${VERA}@s.whatsapp.net`], forwarded: true, expiresIn: 86_400 },
      ],
      [
        { kind: 'location', latitude: 48.2, longitude: 16.37, name: 'Vienna' },
        { kind: 'location', latitude: 48.2, longitude: 16.37, name: 'Vienna' },
      ],
      [
        { kind: 'contacts', contacts: [{ name: 'Olga', phones: ['+1 555 0004'] }] },
        { kind: 'contacts', contacts: [{ name: 'Olga', phone: '+1 555 0004' }] },
      ],
      [
        { kind: 'poll', name: 'Lunch?', options: ['Yes', 'No'] },
        { kind: 'poll', name: 'Lunch?', options: ['Yes', 'No'], selectable: 1 },
      ],
      [
        { kind: 'poll', name: 'Days?', options: ['Mo', 'Tu'], selectableCount: 0 },
        { kind: 'poll', options: ['Mo', 'Tu'], selectable: 0 },
      ],
      [
        {
          kind: 'event',
          name: 'Party',
          startAt: TOMORROW,
          endAt: TOMORROW + 3_600_000,
          location: { name: 'Here' },
        },
        {
          kind: 'event',
          name: 'Party',
          startAt: TOMORROW,
          endAt: TOMORROW + 3_600_000,
          location: { name: 'Here' },
        },
      ],
      [
        { kind: 'group_invite', group: '123@g.us', groupName: 'Cats', code: 'xyz', expiresAt: TOMORROW },
        { kind: 'groupInvite', group: '123@g.us', groupName: 'Cats', code: 'xyz', expiresAt: TOMORROW },
      ],
    ];
    for (const [content, expected] of table) {
      const { content: shown } = await shop.shown(await shop.send(content));
      expect(shown).toMatchObject(expected);
    }
  });

  it('changes what the contact has: reactions, edits, pins, keeps and deletions', async () => {
    const shop = await Shop.open();
    const { vera } = shop;
    const question = await vera.send(SHOP, 'who is there?');
    await shop.received(question);
    const answer = await shop.send({ kind: 'text', text: 'mee' });
    await shop.shown(answer);
    /** Once it is so. */
    const shown = (wanted: string, isSo: (message: ChatMessage) => unknown) =>
      vera.waitForMessage((message) => message.id === wanted && Boolean(isSo(message)));

    await shop.send({ kind: 'reaction', target: question.id, emoji: '👍' });
    await shown(question.id, ({ reactions }) => reactions?.[0]?.emoji === '👍');
    await shop.send({ kind: 'reaction', target: { id: question.id }, emoji: '' });
    await shown(question.id, ({ reactions }) => reactions?.length === 0);
    await shop.send({ kind: 'edit', target: answer, text: 'me' });
    await shown(answer, ({ text, edited }) => text === 'me' && edited);
    await shop.send({ kind: 'pin', target: question.id });
    await shown(question.id, ({ pinned }) => pinned);
    await shop.send({ kind: 'pin', target: question.id, isPinned: false });
    await shown(question.id, ({ pinned }) => pinned === false);
    await shop.send({ kind: 'keep', target: question.id });
    await shown(question.id, ({ kept }) => kept);
    await shop.send({ kind: 'revoke', target: answer });
    await shown(answer, ({ text, revoked }) => text === '' && revoked);
  });

  it('may be what it has received: wired in to out, it is an echo', async () => {
    const shop = await Shop.open();
    const { vera, manager } = shop;
    for (const written of [
      'plain',
      { kind: 'location', latitude: 48.2, longitude: 16.37, name: 'Vienna' },
      { kind: 'poll', name: 'Lunch?', options: ['Yes', 'No'], selectable: 1 },
      { kind: 'contacts', contacts: [{ name: 'Olga', phone: '+1 555 0004' }] },
      { kind: 'event', name: 'Party', startAt: TOMORROW },
    ] as const) {
      const { id } = await vera.send(SHOP, written as Parameters<Contact['send']>[1]);
      const { messageId } = await manager.send('shop', await shop.received({ id }));
      await manager.waitForSend('shop', messageId, { until: 'delivered' });
      const [asked, echoed] = [id, messageId].map((which) => vera.messages.find((m) => m.id === which));
      expect(echoed?.content).toEqual(asked?.content);
      expect(echoed?.text).toBe(asked?.text);
    }
  });

  it('is refused with the field that is wrong before anything is queued', async () => {
    const { manager } = await Shop.open();
    const refused = (content: object) =>
      manager.send('shop', { to: VERA, content: content as OutgoingContentInput });
    for (const [content, field] of [
      [{ kind: 'nonsense' }, 'kind'],
      [{ kind: 'unsupported', type: 'x' }, 'kind'],
      [{ kind: 'text', text: '' }, 'text'],
      [{ kind: 'location', latitude: 95, longitude: 0 }, 'latitude'],
      [{ kind: 'poll', name: 'P', options: ['a', 'a'] }, 'options'],
      [{ kind: 'text', text: 'x', mentions: ['nobody'] }, 'mentions.0'],
      [{ kind: 'image', media: { mimetype: 'image/png' } }, 'media'],
    ] as const)
      await expect(refused(content)).rejects.toMatchObject({ code: 'MESSAGE_INVALID', details: { field } });
    await expect(refused({ kind: 'reaction', target: 'NOBODY', emoji: 'x' })).rejects.toMatchObject({
      code: 'MESSAGE_NOT_FOUND',
    });
    await expect(manager.send('shop', { to: 'status@broadcast', text: 'hi' })).rejects.toMatchObject({
      code: 'MESSAGE_INVALID',
      details: { field: 'audience' },
    });
    expect(await manager.listSends('shop')).toEqual([]);
  });
});
