import { createHash, randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { EventOf, WharfEvent } from '@wharf/core';
import { describe, expect, it } from 'vitest';
import { trustMediaHost } from '../support/media-wire.js';
import { SHOP, Shop } from '../support/shop.js';

const sha = (data: Uint8Array): string => createHash('sha256').update(data).digest('base64');

const told = (events: WharfEvent[], id: string): EventOf<'message.media'>['payload'] | undefined =>
  events.flatMap((event) =>
    event.type === 'message.media' && event.payload.messageId === id ? [event.payload] : [],
  )[0];

/** A shop whose device fetches by itself what the settings say. */
async function open(media: object = { download: 'automatic' }) {
  const shop = await Shop.open();
  trustMediaHost(shop.simulator);
  await shop.manager.updateSettings('shop', { media });
  const outcome = async (id: string) => {
    await shop.heard.until('it is told what became of the media', (events) => told(events, id) !== undefined);
    return told(shop.heard.events, id);
  };
  return { shop, outcome };
}

describe('media that a device fetches by itself', () => {
  it('is in the library some time after its message, and an event says so', async () => {
    const { shop, outcome } = await open();
    const data = randomBytes(20_000);
    const sent = await shop.vera.attachments.send(SHOP, { kind: 'document', fileName: 'a.bin', data });
    const { chat } = await shop.received(sent);
    expect(await outcome(sent.id)).toEqual({
      messageId: sent.id,
      chat,
      sha256: sha(data),
      sizeBytes: data.length,
      mimetype: 'application/octet-stream',
      fileName: 'a.bin',
    });
    const order = shop.heard.events.map(({ type }) => type).filter((type) => type.startsWith('message'));
    expect(order).toEqual(['message', 'message.media']);
    expect(await shop.manager.act('media.get', { messageId: sent.id })).toMatchObject({ sha256: sha(data) });
  });

  it('is only what the settings want: not too large, of these kinds, not to be seen once', async () => {
    const { shop, outcome } = await open({
      download: 'automatic',
      maxBytes: 1_000,
      kinds: ['image', 'video'],
    });
    const data = randomBytes(500);
    const skipped = [
      await shop.vera.attachments.send(SHOP, { kind: 'image', data: randomBytes(1_001) }),
      await shop.vera.attachments.send(SHOP, { kind: 'document', data }),
    ];
    const taken = await shop.vera.attachments.send(SHOP, { kind: 'image', data });
    await outcome(taken.id);
    await shop.manager.updateSettings('shop', { media: { download: 'on_demand' } });
    skipped.push(await shop.vera.attachments.send(SHOP, { kind: 'image', data }));
    await shop.received(skipped.at(-1) as { id: string });
    await shop.manager.updateSettings('shop', { media: { download: 'automatic' } });
    const last = await shop.vera.attachments.send(SHOP, { kind: 'video', data });
    await outcome(last.id);
    for (const { id } of skipped) expect(told(shop.heard.events, id)).toBeUndefined();
  });

  it('is nothing that may be seen once: WhatsApp gives that to the phone alone, and it stays there', async () => {
    const { shop, outcome } = await open();
    const once = await shop.vera.attachments.send(SHOP, {
      kind: 'image',
      data: randomBytes(500),
      viewOnce: true,
    });
    const seen = await shop.vera.attachments.send(SHOP, { kind: 'image', data: randomBytes(500) });
    expect(await outcome(seen.id)).toMatchObject({ sizeBytes: 500 });
    await shop.heard.until('it is told that something has come', (events) =>
      events.some(
        ({ type, payload }) => type === 'message.undecryptable' && 'id' in payload && payload.id === once.id,
      ),
    );
    expect(told(shop.heard.events, once.id)).toBeUndefined();
    await expect(shop.manager.act('message.downloadMedia', { messageId: once.id })).rejects.toMatchObject({
      code: 'MESSAGE_NOT_FOUND',
    });
    expect(readdirSync(join(shop.storage, 'media'))).toHaveLength(1);
  });

  it('that has gone for good is told with a code', async () => {
    const { shop, outcome } = await open();
    shop.simulator.faults.add({ kind: 'latency', ms: 300, only: { tag: 'message' } });
    const sent = await shop.vera.attachments.send(SHOP, { kind: 'image', data: randomBytes(100) });
    await shop.vera.attachments.expire(sent.id, { isLost: true });
    expect(await outcome(sent.id)).toMatchObject({ errorCode: 'MEDIA_EXPIRED' });
  });

  it('is fetched after a restart when the process that was to fetch it has died', async () => {
    const { shop, outcome } = await open();
    const data = randomBytes(400_000);
    // The media hosts are not told: nothing can be fetched in this process.
    shop.simulator.faults.add({ kind: 'refuse-queries', code: 500, only: { xmlns: 'w:m' } });
    const sent = await shop.vera.attachments.send(SHOP, { kind: 'image', data });
    await shop.received(sent);
    expect(told(shop.heard.events, sent.id)).toBeUndefined();
    await shop.manager.close();
    shop.simulator.faults.clear();
    await shop.restart();
    expect(await outcome(sent.id)).toMatchObject({ sha256: sha(data) });
  });

  it('is fetched when the connection is back', async () => {
    const { shop, outcome } = await open();
    shop.simulator.faults.add({ kind: 'refuse-queries', code: 500, only: { xmlns: 'w:m' } });
    const data = randomBytes(1_000);
    const sent = await shop.vera.attachments.send(SHOP, { kind: 'image', data });
    await shop.received(sent);
    shop.simulator.faults.clear();
    shop.simulator.closeConnection(SHOP, 'reset');
    expect(await outcome(sent.id)).toMatchObject({ sha256: sha(data) });
  });
});
