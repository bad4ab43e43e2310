import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  type ContentKind,
  contentKinds,
  type OutgoingContentInput,
  type OutgoingKind,
  outgoingKinds,
} from '@wharf/core';
import { describe, expect, it } from 'vitest';
import { SHOP, Shop, VERA } from '../support/shop.js';
import { link } from '../support/world.js';

const STORE = '15550002';
const TOMORROW = Date.UTC(2030, 0, 1);
const WAVEFORM = Buffer.from([0, 50, 100]).toString('base64');

/** What is sent of each kind, in this order; `expected` where more or less than that arrives. A kind that is missing does not compile. */
type Table = {
  [K in OutgoingKind]: { content: Extract<OutgoingContentInput, { kind: K }>; expected?: object };
};

/** The kinds that only come in, and the test that has them come over the wire. */
const RECEIVED: Record<Exclude<ContentKind, OutgoingKind>, [file: string, text: string]> = {
  live_location: ['contents.test.ts', "kind: 'live_location'"],
  album: ['contents.test.ts', "kind: 'album'"],
  buttons: ['contents.test.ts', "kind: 'buttons'"],
  list: ['contents.test.ts', "kind: 'list'"],
  product: ['contents.test.ts', "kind: 'product'"],
  order: ['contents.test.ts', "kind: 'order'"],
  ephemeral_setting: ['contents.test.ts', "kind: 'ephemeral_setting'"],
  unsupported: ['contents.test.ts', "kind: 'unsupported'"],
  button_response: ['answers.test.ts', "kind: 'button_response'"],
  list_response: ['answers.test.ts', "kind: 'list_response'"],
  flow_response: ['contents.test.ts', "kind: 'flow_response'"],
  comment: ['answers.test.ts', "kind: 'comment'"],
  call: ['contents.test.ts', "kind: 'call'"],
};

describe('every kind of content', () => {
  it('that can be sent arrives at another device as it was meant', async () => {
    const shop = await Shop.open();
    const { manager } = shop;
    await manager.createDevice({ id: 'store' });
    await link(manager, shop.simulator, 'store', STORE);
    const data = randomBytes(500);
    const picture = await shop.received(await shop.vera.attachments.send(SHOP, { kind: 'image', data }));
    if (picture.content.kind !== 'image') throw new Error('No picture has come.');
    const { directPath = '', mediaKey = '', ...about } = picture.content.media;
    const media = { ...about, directPath, mediaKey, seconds: 7, width: 8, height: 4 };
    const send = async (content: OutgoingContentInput) =>
      shop.received({ id: await shop.send(content, STORE) });
    const [first, poll, event] = [
      await send({ kind: 'text', text: 'first' }),
      await send({ kind: 'poll', name: 'Lunch?', options: ['Yes', 'No', 'Later'], selectableCount: 2 }),
      await send({ kind: 'event', name: 'Party', startAt: TOMORROW }),
    ].map(({ id }) => id as string) as [string, string, string];
    const { width, height, seconds, ...file } = media;
    const size = { width, height };
    const of = (id: string) => ({ target: { id, isFromMe: false, sender: `${SHOP}@s.whatsapp.net` } });
    const table: Table = {
      text: {
        content: {
          kind: 'text',
          text: `*to* @${VERA}`,
          mentions: [VERA],
          mentionsEveryone: true,
          quoted: first,
          isForwarded: true,
          ephemeralMs: 86_400_000,
          preview: { url: 'https://a.example', title: 'A', description: 'B', thumbnail: WAVEFORM },
        },
        expected: {
          mentions: [`${VERA}@s.whatsapp.net`],
          quoted: { id: first, kind: 'text', text: 'first' },
        },
      },
      image: {
        content: { kind: 'image', media, caption: 'look' },
        expected: { media: { ...file, ...size } },
      },
      video: { content: { kind: 'video', media, caption: 'move' } },
      gif: { content: { kind: 'gif', media, caption: 'again' } },
      video_note: { content: { kind: 'video_note', media } },
      audio: { content: { kind: 'audio', media }, expected: { media: { ...file, seconds } } },
      voice: {
        content: { kind: 'voice', media, waveform: WAVEFORM },
        expected: { media: { ...file, seconds } },
      },
      document: {
        content: { kind: 'document', media, fileName: 'a.pdf', caption: 'the bill', pageCount: 2 },
        expected: { media: file },
      },
      sticker: {
        content: { kind: 'sticker', media, isAnimated: true },
        expected: { media: { ...file, ...size } },
      },
      location: {
        content: { kind: 'location', latitude: 48.2, longitude: 16.37, name: 'Vienna', address: 'Austria' },
      },
      contacts: {
        content: {
          kind: 'contacts',
          contacts: [
            { name: 'Olga', phones: ['+1 555 0004'] },
            { name: 'N', phones: ['1'] },
          ],
        },
      },
      poll: { content: { kind: 'poll', name: 'Days?', options: ['Mo', 'Tu'], selectableCount: 0 } },
      event: {
        content: {
          kind: 'event',
          name: 'Party',
          description: 'bring cake',
          startAt: TOMORROW,
          endAt: TOMORROW + 3_600_000,
          location: { name: 'Here', latitude: 1, longitude: 2 },
          joinLink: 'https://call.example',
          isCancelled: true,
        },
      },
      group_invite: {
        content: {
          kind: 'group_invite',
          group: '123@g.us',
          groupName: 'Cats',
          code: 'xyz',
          expiresAt: TOMORROW,
          text: 'Come',
        },
      },
      reaction: { content: { kind: 'reaction', target: first, emoji: '👍' }, expected: of(first) },
      poll_vote: {
        content: { kind: 'poll_vote', target: poll, options: ['Yes', 'Later'] },
        expected: of(poll),
      },
      event_response: {
        content: { kind: 'event_response', target: event, response: 'maybe', extraGuests: 2 },
        expected: of(event),
      },
      pin: {
        content: { kind: 'pin', target: first, durationMs: 86_400_000 },
        expected: { ...of(first), isPinned: true },
      },
      keep: { content: { kind: 'keep', target: first }, expected: { ...of(first), isKept: true } },
      edit: { content: { kind: 'edit', target: first, text: 'at last' }, expected: of(first) },
      revoke: { content: { kind: 'revoke', target: first }, expected: of(first) },
    };
    expect(Object.keys(table).toSorted()).toEqual(outgoingKinds.toSorted());
    for (const { content, expected } of Object.values(table)) {
      const { content: arrived } = await send(content);
      expect.soft(arrived, content.kind).toMatchObject({ ...content, ...expected });
    }
    const changed = await manager.act('message.get', { deviceId: 'store', messageId: first });
    expect(changed.message).toMatchObject({ isRevoked: true });
    const counted = await manager.act('message.get', { deviceId: 'store', messageId: poll });
    expect(counted.tally?.map(({ voters }) => voters.length)).toEqual([1, 0, 1]);
  });

  it('that only comes in has a test of its own', () => {
    expect([...Object.keys(RECEIVED), ...outgoingKinds].toSorted()).toEqual(contentKinds.toSorted());
    for (const [kind, [file, text]] of Object.entries(RECEIVED))
      expect(readFileSync(new URL(file, import.meta.url), 'utf8'), kind).toContain(text);
  });
});
