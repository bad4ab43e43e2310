import type { WharfEvent } from '@wharf/core';
import { describe, expect, it } from 'vitest';
import { clientOf } from '../support/gateway-client.js';
import { startGatewayProcess } from '../support/gateway-process.js';
import { Receiver } from '../support/receiver.js';
import { SHOP, Shop } from '../support/shop.js';

const MESSAGES = 40;

const textOf = (event: WharfEvent): string[] =>
  event.type === 'message' && event.payload.content.kind === 'text' ? [event.payload.content.text] : [];

describe('a gateway that is killed again and again', () => {
  it('loses no event of a webhook or of a reader, and keeps their order', { timeout: 90_000 }, async () => {
    const shop = await Shop.open();
    const { simulator, storage, vera } = shop;
    const receiver = await new Receiver().open();
    shop.manager.webhooks.create({ url: receiver.url, types: ['message'] });
    await shop.manager.close();

    let gateway = await startGatewayProcess(storage, simulator.endpoint);
    const { url, token: secret = '' } = gateway;
    const port = Number(new URL(url).port);
    const seen: string[] = [];
    clientOf({ url, secret }).consume({ name: 'flow', types: ['message'], startAt: 'beginning' }, (event) => {
      seen.push(...textOf(event));
    });
    const texts = Array.from({ length: MESSAGES }, (_, index) => `${index}`);
    const sending = (async () => {
      for (const text of texts) await vera.send(SHOP, text);
    })();
    for (const enough of [3, 12, 25]) {
      await expect.poll(() => receiver.texts.length, { timeout: 20_000 }).toBeGreaterThanOrEqual(enough);
      await gateway.kill();
      gateway = await startGatewayProcess(storage, simulator.endpoint, { port });
    }
    await sending;
    await receiver.until(texts);
    await expect.poll(() => seen, { timeout: 20_000 }).toEqual(texts);
    // At least once: what was under way when the process died may have come twice, under the same delivery ID.
    const ids = receiver.taken.map(({ headers }) => headers['x-wharf-delivery']);
    expect(new Set(ids).size).toBe(MESSAGES);
  });
});
