import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { trustMediaHost } from '../support/media-wire.js';
import { startOther } from '../support/other-process.js';
import { sound } from '../support/recordings.js';
import { Shop, VERA } from '../support/shop.js';

it('a voice note whose process is killed after the conversion and before the upload goes out once, from what is kept', async () => {
  const shop = await Shop.open();
  trustMediaHost(shop.simulator);
  await shop.manager.close();
  // The media hosts are not told: what is converted cannot go up.
  shop.simulator.faults.add({ kind: 'refuse-queries', code: 500, only: { xmlns: 'w:m' } });
  const other = await startOther({ storage: shop.storage, endpoint: shop.simulator.endpoint });
  const recording = sound('a.wav').toString('base64');
  const { messageId } = await other.call('send', 'shop', {
    to: VERA,
    content: { kind: 'voice', media: { base64: recording } },
  });
  const media = join(shop.storage, 'media');
  const kept = () => readdirSync(media).filter((name) => !name.endsWith('.part'));
  // The recording, and what ffmpeg has made of it.
  await expect.poll(() => kept().length, { timeout: 15_000 }).toBe(2);
  await other.kill();
  expect(shop.vera.messages).toEqual([]);

  shop.simulator.faults.clear();
  await shop.restart();
  expect(await shop.manager.waitForSend('shop', messageId)).toMatchObject({ state: 'sent' });
  const shown = await shop.shown(messageId);
  expect(shown.media).toMatchObject({ kind: 'voice', mimetype: 'audio/ogg; codecs=opus', seconds: 2 });
  const heard = await buffer(shop.vera.attachments.download(messageId));
  expect(heard.subarray(0, 4).toString()).toBe('OggS');
  expect(shop.vera.messages.filter(({ fromMe }) => !fromMe)).toHaveLength(1);
  // Nothing is left of what it was made of, nor of what other attempts have made of it.
  await shop.restart();
  await expect.poll(() => kept().length).toBe(1);
});
