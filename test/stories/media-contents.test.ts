import { createHash, randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import type { Attachment, Contact } from '@wharf/simulator';
import { describe, expect, it } from 'vitest';
import { SHOP, Shop, VERA } from '../support/shop.js';

type Sent = Parameters<Contact['attachments']['send']>[1];

const file = randomBytes(2_000);
const sha256 = createHash('sha256').update(file).digest('base64');

/** What Vera sends, and what the flow shall hear besides the file itself. */
const files: Array<[Omit<Sent, 'data'>, object]> = [
  [
    { kind: 'image', caption: 'look', width: 640, height: 480 },
    { kind: 'image', caption: 'look', media: { mimetype: 'image/jpeg', width: 640, height: 480 } },
  ],
  [
    { kind: 'video', seconds: 7, caption: 'move' },
    { kind: 'video', caption: 'move', media: { mimetype: 'video/mp4', seconds: 7 } },
  ],
  [
    { kind: 'ptv', seconds: 3 },
    { kind: 'video_note', media: { seconds: 3 } },
  ],
  [
    { kind: 'audio', seconds: 9 },
    { kind: 'audio', media: { mimetype: 'audio/mpeg', seconds: 9 } },
  ],
  [
    { kind: 'voice', seconds: 4 },
    { kind: 'voice', media: { mimetype: 'audio/ogg; codecs=opus', seconds: 4 } },
  ],
  [
    { kind: 'document', fileName: 'a.pdf', mimetype: 'application/pdf' },
    { kind: 'document', fileName: 'a.pdf', media: { mimetype: 'application/pdf' } },
  ],
  [
    { kind: 'document', fileName: 'b.pdf', caption: 'the bill' },
    { kind: 'document', fileName: 'b.pdf', caption: 'the bill' },
  ],
  [{ kind: 'sticker' }, { kind: 'sticker', media: { mimetype: 'image/webp' } }],
];

describe('a file that a contact sends', () => {
  it('comes with what it is and what opens it, and goes out again as it came', async () => {
    const shop = await Shop.open();
    for (const [written, expected] of files) {
      const message = await shop.received(await shop.vera.attachments.send(SHOP, { ...written, data: file }));
      expect(message.content).toMatchObject(expected);
      expect(message.content).toMatchObject({ media: { sizeBytes: file.length, sha256 } });

      const { messageId } = await shop.manager.send('shop', message);
      const { media, text } = await shop.shown(messageId);
      const before = shop.vera.attachments.describe(message.id);
      expect(media).toEqual<Attachment>(before);
      expect(text).toBe(written.caption ?? '');
      expect((await buffer(shop.vera.attachments.download(messageId))).equals(file)).toBe(true);
    }
  });

  it('is told with the album it belongs to, the message it answers and how long it stays', async () => {
    const shop = await Shop.open();
    const { id: question } = await shop.vera.send(SHOP, 'look at these');
    const { id: album } = await shop.vera.send(SHOP, { kind: 'album', images: 1, videos: 0 });
    const image = await shop.vera.attachments.send(SHOP, {
      kind: 'image',
      data: file,
      album,
      quote: question,
      expiresIn: 86_400,
      forwarded: true,
    });
    expect((await shop.received(image)).content).toMatchObject({
      kind: 'image',
      album: { id: album, isFromMe: false },
      quoted: { id: question, text: 'look at these' },
      ephemeralMs: 86_400_000,
      isForwarded: true,
    });
  });

  it('is a gif, or to be seen once, if it is sent so', async () => {
    const shop = await Shop.open();
    const video = await shop.received(
      await shop.vera.attachments.send(SHOP, { kind: 'video', data: file, seconds: 2 }),
    );
    if (video.content.kind !== 'video') throw new Error('No video has come.');
    const { media } = video.content;
    const gif = await shop.send({ kind: 'gif', media, caption: 'again' });
    expect((await shop.shown(gif)).media).toMatchObject({ kind: 'video', seconds: 2 });
    const once = await shop.send({ kind: 'video', media, isViewOnce: true });
    expect((await shop.shown(once)).media).toMatchObject({ kind: 'video', viewOnce: true });
    const details = await shop.manager.getMessage('shop', gif);
    expect(details?.message.content).toMatchObject({ kind: 'gif', caption: 'again' });
    expect(Buffer.from(details?.raw ?? '', 'base64').includes('again')).toBe(true);
  });

  it('keeps its picture when the device edits what it says', async () => {
    const shop = await Shop.open();
    const picture = await shop.received(
      await shop.vera.attachments.send(SHOP, { kind: 'image', data: file }),
    );
    const { messageId } = await shop.manager.send('shop', picture);
    await shop.shown(messageId);
    await shop.send({ kind: 'edit', target: messageId, text: 'a cat' });
    const shown = await shop.vera.waitForMessage(({ id, edited }) => id === messageId && edited === true);
    expect(shown).toMatchObject({ text: 'a cat', media: { kind: 'image' } });
  });

  it('is a product with its picture', async () => {
    const shop = await Shop.open();
    const { id } = await shop.vera.attachments.send(SHOP, {
      kind: 'image',
      data: file,
      content: { kind: 'product', id: 'p1', title: 'Shoe', owner: VERA },
    });
    expect((await shop.received({ id })).content).toMatchObject({
      kind: 'product',
      productId: 'p1',
      image: { sha256 },
    });
  });
});
