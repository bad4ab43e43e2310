import { join } from 'node:path';
import type { WebhookRequest } from '@wharf/core';
import Sqlite from 'better-sqlite3-multiple-ciphers';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  WebhookEngine,
  type WebhookEngineOptions,
} from '../../packages/gateway/src/webhooks/webhook-engine.js';
import { simulatedClock } from '../support/fast-clock.js';
import { isSigned, Receiver } from '../support/receiver.js';
import { SHOP, Shop } from '../support/shop.js';

const numbered = (count: number, from = 0) => Array.from({ length: count }, (_, index) => `${from + index}`);
const messages = { types: ['message'] } satisfies Partial<WebhookRequest>;

async function deliver(shop: Shop, options: WebhookEngineOptions = {}): Promise<WebhookEngine> {
  const engine = new WebhookEngine(shop.manager, { arePrivateAddressesAllowed: true, ...options });
  engine.start();
  onTestFinished(() => engine.close());
  return engine;
}

const say = async (shop: Shop, texts: string[]) => {
  for (const text of texts) await shop.vera.send(SHOP, text);
};

describe('a webhook', () => {
  it('gets every event in order, signed, under one delivery ID each', async () => {
    const shop = await Shop.open();
    const receiver = await new Receiver().open();
    await deliver(shop);
    const { secret = '' } = shop.manager.webhooks.create({ url: receiver.url, ...messages });
    await say(shop, numbered(20));
    await receiver.until(numbered(20));
    expect(receiver.taken.every((each) => isSigned(each, secret))).toBe(true);
    expect(receiver.taken.some((each) => isSigned(each, 'another secret'))).toBe(false);
    expect(new Set(receiver.taken.map(({ headers }) => headers['x-wharf-delivery'])).size).toBe(20);
    expect(receiver.taken[0]?.headers).toMatchObject({
      'content-type': 'application/json',
      'x-wharf-event': 'message',
      'x-wharf-attempt': '1',
    });
  });

  it('gets what came while its receiver was down for ten minutes, in order, and nothing is lost', async () => {
    const shop = await Shop.open();
    const receiver = await new Receiver().open();
    const clock = simulatedClock(600);
    await deliver(shop, { clock });
    const { id } = shop.manager.webhooks.create({ url: receiver.url, ...messages });
    await say(shop, numbered(5));
    await receiver.until(numbered(5));
    await receiver.close();
    const closedAt = clock.now();
    await say(shop, numbered(10, 5));
    await expect.poll(() => shop.manager.webhooks.get(id).outage?.error).toBe('ECONNREFUSED');
    await expect.poll(() => clock.now() - closedAt).toBeGreaterThan(600_000);
    expect(shop.manager.webhooks.get(id)).toMatchObject({ waiting: 10, deadLetters: 0 });
    await receiver.open();
    await say(shop, numbered(5, 15));
    await receiver.until(numbered(20));
    await expect.poll(() => shop.manager.webhooks.get(id)).toMatchObject({ waiting: 0, deadLetters: 0 });
    expect(shop.manager.webhooks.get(id)).not.toHaveProperty('outage');
  });

  it('goes on in order past a receiver that fails, is slow, or redirects, and follows no redirect', async () => {
    const shop = await Shop.open();
    const elsewhere = await new Receiver().open();
    const misdeeds = ['500', 'slow', 'redirect', 'cut', '429'];
    const receiver = await new Receiver((_, request, response) => {
      const misdeed = misdeeds.shift();
      if (misdeed === 'slow') return undefined;
      if (misdeed === 'cut') return void request.socket.destroy();
      if (misdeed === 'redirect') return void response.writeHead(307, { location: elsewhere.url }).end();
      return misdeed === undefined ? 204 : Number(misdeed);
    }).open();
    await deliver(shop, { clock: simulatedClock(1_000), deliverMs: 300 });
    shop.manager.webhooks.create({ url: receiver.url, ...messages });
    await say(shop, numbered(5));
    await receiver.until(numbered(5));
    expect(misdeeds).toEqual([]);
    expect(elsewhere.requests).toEqual([]);
    // All attempts at one event are one delivery.
    const [first] = receiver.taken;
    const attempts = receiver.requests.filter(
      ({ headers }) => headers['x-wharf-delivery'] === first?.headers['x-wharf-delivery'],
    );
    // One that fails because a connection was kept open for too long counts as no attempt.
    expect(attempts.map(({ headers }) => headers['x-wharf-attempt'])).toEqual(['1', '2', '3', '4', '4', '5']);
  });

  it('gives an event up after a day; dead letters are listed, driven again and dropped', async () => {
    const shop = await Shop.open();
    let isDown = true;
    const receiver = await new Receiver(() => (isDown ? 503 : 200)).open();
    const clock = simulatedClock(50_000);
    const engine = await deliver(shop, { clock });
    const { webhooks } = shop.manager;
    const { id } = webhooks.create({ url: receiver.url, ...messages });
    await say(shop, numbered(4));
    await expect.poll(() => webhooks.get(id).deadLetters, { timeout: 15_000 }).toBe(4);
    const letters = webhooks.listDeadLetters(id);
    expect(letters.map(({ event }) => event.type === 'message' && event.payload.content)).toEqual(
      numbered(4).map((text) => ({ kind: 'text', text })),
    );
    expect(letters[0]).toMatchObject({ error: 'HTTP 503', attempts: expect.any(Number) });
    // With its pauses of five minutes at the most, a day has some hundreds of attempts.
    expect(letters[0]?.attempts).toBeGreaterThan(10);
    expect(await engine.redrive(id)).toEqual({ delivered: 0, error: 'HTTP 503' });

    isDown = false;
    await expect.poll(() => clock.now()).toBeGreaterThan(webhooks.get(id).outage?.nextAttemptAt ?? 0);
    await say(shop, ['new']);
    await receiver.until(['new']);
    expect(await engine.redrive(id, { letterId: letters[1]?.id ?? 0 })).toEqual({ delivered: 1 });
    expect(webhooks.dropDeadLetters(id, letters[0]?.id)).toBe(1);
    expect(await engine.redrive(id)).toEqual({ delivered: 2 });
    expect(receiver.texts).toEqual(['new', '1', '2', '3']);
    expect(webhooks.get(id).deadLetters).toBe(0);
  });

  it('gives one event up that its receiver cannot digest, and none of those behind it', async () => {
    const shop = await Shop.open();
    const receiver = await new Receiver(({ body }) => (body.includes('poison') ? 422 : 200)).open();
    await deliver(shop, { clock: simulatedClock(50_000) });
    const { webhooks } = shop.manager;
    const { id } = webhooks.create({ url: receiver.url, ...messages });
    await say(shop, ['poison', ...numbered(5)]);
    await receiver.until(numbered(5));
    expect(webhooks.get(id)).toMatchObject({ deadLetters: 1 });
    expect(webhooks.listDeadLetters(id)[0]).toMatchObject({ error: 'HTTP 422' });
  });

  it('gets what its filters let pass, of its device, in the shape it asks for; each webhook by itself', async () => {
    const shop = await Shop.open();
    const receivers = await Promise.all(Array.from({ length: 4 }, () => new Receiver().open()));
    const [all, gowa, toms, down] = receivers as [Receiver, Receiver, Receiver, Receiver];
    await shop.manager.createDevice({ id: 'other' });
    await deliver(shop);
    const { webhooks } = shop.manager;
    await down.close();
    webhooks.create({ url: down.url, ...messages });
    webhooks.create({ url: all.url, ...messages });
    webhooks.create({ url: gowa.url, deviceId: 'shop', format: 'gowa', ...messages });
    webhooks.create({ url: toms.url, deviceId: 'shop', chats: ['15550010'], ...messages });
    const ofOther = await new Receiver().open();
    webhooks.create({ url: ofOther.url, deviceId: 'other' });
    const tom = shop.simulator.addContact({ phone: '15550010', name: 'Tom' });
    await say(shop, ['from Vera']);
    await all.until(['from Vera']);
    await tom.send(SHOP, 'from Tom');
    await all.until(['from Vera', 'from Tom']);
    await toms.until(['from Tom']);
    await expect.poll(() => gowa.taken.length).toBe(2);
    expect(JSON.parse(gowa.taken[0]?.body ?? '')).toMatchObject({
      event: 'message',
      device_id: '15550001@s.whatsapp.net',
      session_id: 'shop',
      payload: { body: 'from Vera', is_from_me: false },
    });
    expect(ofOther.requests).toEqual([]);
  });

  it('is told when the log has lost events before it could get them', async () => {
    const shop = await Shop.open();
    const receiver = await new Receiver(() => 500).open();
    const engine = await deliver(shop, { clock: simulatedClock(1_000) });
    const { id } = shop.manager.webhooks.create({ url: receiver.url, ...messages });
    await say(shop, numbered(3));
    await expect.poll(() => shop.manager.webhooks.get(id).outage).toBeDefined();
    await expect.poll(() => shop.heard.texts()).toEqual(numbered(3));
    await engine.close();
    // Together with a request that is still on its way.
    await receiver.close();
    const lastSeq = shop.heard.events.at(-1)?.seq ?? 0;
    // What the retention of the log would do in thirty days.
    const db = new Sqlite(join(shop.storage, 'wharf.db'));
    db.exec(`DELETE FROM events WHERE seq <= ${lastSeq}; UPDATE pruned_events SET seq = ${lastSeq}`);
    db.close();
    receiver.answer = () => 200;
    await receiver.open();
    await deliver(shop);
    await say(shop, ['after']);
    await receiver.until(['after']);
    expect(receiver.events[0]).toMatchObject({ type: 'events.missed', payload: { toSeq: lastSeq } });
  });

  it('does not reach this machine unless that is allowed, by whatever name', async () => {
    const shop = await Shop.open();
    const receiver = await new Receiver().open();
    const engine = await deliver(shop, { arePrivateAddressesAllowed: false });
    for (const url of [
      receiver.url,
      'http://[::1]/',
      'http://169.254.169.254/',
      'http://10.1.2.3/',
      'http://[::ffff:127.0.0.1]/',
    ])
      await expect(engine.assertAllowed(url)).rejects.toMatchObject({ code: 'WEBHOOK_ADDRESS_REFUSED' });
    const { webhooks } = shop.manager;
    const { id } = webhooks.create({ url: receiver.url.replace('127.0.0.1', 'localhost'), ...messages });
    await say(shop, ['secret']);
    await expect.poll(() => webhooks.get(id).outage?.error).toBe('WEBHOOK_ADDRESS_REFUSED');
    expect(receiver.requests).toEqual([]);
  });

  it('waits while it is switched off, and is tried at once when its address has changed', async () => {
    const shop = await Shop.open();
    const receiver = await new Receiver().open();
    await deliver(shop);
    const { webhooks } = shop.manager;
    const { id } = webhooks.create({ url: 'http://127.0.0.1:9/', ...messages });
    await say(shop, ['one']);
    await expect.poll(() => webhooks.get(id).outage).toBeDefined();
    webhooks.update(id, { isEnabled: false });
    webhooks.update(id, { url: receiver.url });
    await say(shop, ['two']);
    await expect.poll(() => webhooks.get(id).waiting).toBe(2);
    expect(receiver.requests).toEqual([]);
    webhooks.update(id, { isEnabled: true });
    await receiver.until(['one', 'two']);
    webhooks.delete(id);
    await say(shop, ['three']);
    await expect.poll(() => shop.heard.texts()).toContain('three');
    expect(receiver.texts).toEqual(['one', 'two']);
  });
});
