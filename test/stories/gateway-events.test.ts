import type { Reading, WharfError, WharfEvent } from '@wharf/core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { clientOf, eventsOf } from '../support/gateway-client.js';
import { SHOP, Shop } from '../support/shop.js';

const numbered = (count: number, from = 0) => Array.from({ length: count }, (_, index) => `${from + index}`);

const say = async (shop: Shop, texts: string[]) => {
  for (const text of texts) await shop.vera.send(SHOP, text);
};

const textOf = (event: WharfEvent): string[] =>
  event.type === 'message' && event.payload.content.kind === 'text' ? [event.payload.content.text] : [];

type Sent = { id?: string; event?: string; data: string };

const open = (
  { url, secret }: TestGateway,
  path: string,
  { token = secret, headers, ...init }: RequestInit & { token?: string },
) => fetch(new URL(path, url), { ...init, headers: { authorization: `Bearer ${token}`, ...headers } });

/** Opens a stream of Server-Sent Events; `until` reads until what has come is enough. */
async function listen(gateway: TestGateway, query: string, init: RequestInit & { token?: string } = {}) {
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const response = await open(gateway, `/events${query}`, { ...init, signal: stop.signal });
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  return {
    async until(isEnough: (events: Sent[]) => boolean): Promise<Sent[]> {
      const seen: Sent[] = [];
      for await (const event of eventsOf(response)) {
        seen.push(event);
        if (isEnough(seen)) break;
      }
      stop.abort();
      return seen;
    },
  };
}

const count = (wanted: number) => (events: Sent[]) => events.length === wanted;

const texts = (events: Sent[]) => events.flatMap(({ data }) => textOf(JSON.parse(data)));

describe('Server-Sent Events', () => {
  it('go on after the last one that was seen', async () => {
    const shop = await Shop.open();
    const gateway = await startGateway(shop.manager);
    await say(shop, numbered(6));
    await shop.heard.until('all is in the log', () => shop.heard.texts().length === 6);
    const first = await (await listen(gateway, '?startAt=beginning&types=message')).until(count(2));
    expect(texts(first)).toEqual(['0', '1']);
    const again = await listen(gateway, '?types=message', {
      headers: { 'last-event-id': first[1]?.id ?? '' },
    });
    const next = await again.until(count(4));
    expect(texts(next)).toEqual(['2', '3', '4', '5']);
    expect(next.map(({ id }) => Number(id))).toEqual(next.map(({ data }) => JSON.parse(data).seq));
  });

  it('show the QR code to those who may link, and the states to all', async () => {
    const shop = await Shop.open();
    const gateway = await startGateway(shop.manager);
    await shop.manager.createDevice({ id: 'second' });
    const reader = gateway.tokenFor(['read']);
    const seen = await listen(gateway, '?deviceId=second');
    const states = await listen(gateway, '?deviceId=second', { token: reader });
    const login = await shop.manager.loginDevice('second');
    const isQr = ({ data }: Sent) => JSON.parse(data).payload.type === 'qr';
    const qr = (await seen.until((events) => events.some(isQr))).find(isQr);
    expect(qr?.event).toBe('device.login');
    expect(qr?.id).toBeUndefined();
    expect(JSON.parse(qr?.data ?? '').payload.qr.length).toBeGreaterThan(50);
    expect((await states.until(count(2))).map(({ event }) => event)).toEqual([
      'device.state',
      'device.state',
    ]);
    login.cancel();
  });

  it('hold nothing of a device that the token is not for', async () => {
    const shop = await Shop.open();
    const gateway = await startGateway(shop.manager);
    await shop.manager.createDevice({ id: 'other' });
    const token = gateway.tokenFor(['read'], ['other']);
    const refused = await open(gateway, '/events?deviceId=shop', { token });
    expect([refused.status, (await refused.json()).code]).toEqual([404, 'DEVICE_NOT_FOUND']);
    const stream = await listen(gateway, '?startAt=beginning', { token });
    await say(shop, ['not for you']);
    await shop.heard.until('it is in the log', () => shop.heard.texts().length === 1);
    const login = await shop.manager.loginDevice('other');
    expect(JSON.parse((await stream.until(count(1)))[0]?.data ?? '').deviceId).toBe('other');
    login.cancel();
  });

  it.each([
    ['/events', { token: 'wrong' }, 401, 'TOKEN_REQUIRED'],
    ['/events?types=nonsense', {}, 400, 'OPTION_INVALID'],
    ['/events', { headers: { 'last-event-id': 'nonsense' } }, 400, 'OPTION_INVALID'],
    ['/events?deviceId=none', {}, 404, 'DEVICE_NOT_FOUND'],
  ])('refuse %s with %o', async (path, init, status, code) => {
    const shop = await Shop.open();
    const gateway = await startGateway(shop.manager);
    const response = await open(gateway, path, init);
    expect([response.status, (await response.json()).code]).toEqual([status, code]);
  });
});

describe('a reader over a gateway', () => {
  it('gets everything once, in order, also when the gateway restarts in the middle', async () => {
    const shop = await Shop.open();
    const gateway = await startGateway(shop.manager);
    const port = Number(new URL(gateway.url).port);
    const seen: string[] = [];
    clientOf(gateway).consume({ name: 'flow', types: ['message'], startAt: 'beginning' }, (event) => {
      seen.push(...textOf(event));
    });
    await say(shop, numbered(5));
    await expect.poll(() => seen).toEqual(numbered(5));
    await gateway.app.close();
    await say(shop, numbered(5, 5));
    await startGateway(shop.manager, { port, tokens: gateway.tokens });
    await say(shop, numbered(5, 10));
    await expect.poll(() => seen, { timeout: 15_000 }).toEqual(numbered(15));
  });

  it('gets what it had not handled again after it was cut off, and what its handler threw at', async () => {
    const shop = await Shop.open();
    const gateway = await startGateway(shop.manager);
    const tokenOf = (name: string) => gateway.tokens.create({ name, scopes: ['read'] }).secret;
    const first = clientOf(gateway, { token: tokenOf('flow') });
    const stuck: string[] = [];
    first.consume({ name: 'a', types: ['message'], startAt: 'beginning' }, (event) => {
      stuck.push(...textOf(event));
      return stuck.length === 2 ? new Promise<void>(() => undefined) : undefined;
    });
    await say(shop, numbered(3));
    await expect.poll(() => stuck).toEqual(['0', '1']);
    // Another one under the same name takes over; the token was renewed meanwhile.
    const seen: string[] = [];
    let isRefused = false;
    const second = clientOf(gateway, { token: tokenOf('flow') });
    second.consume({ name: 'a', types: ['message'] }, (event) => {
      if (seen.length === 1 && !isRefused) {
        isRefused = true;
        throw new Error('not now');
      }
      seen.push(...textOf(event));
    });
    await expect.poll(() => seen).toEqual(['1', '2']);
    // A token of another name has readers of its own.
    const others: string[] = [];
    const third = clientOf(gateway, { token: tokenOf('other') });
    third.consume({ name: 'a', types: ['message'], startAt: 'beginning' }, (event) => {
      others.push(...textOf(event));
    });
    await expect.poll(() => others).toEqual(numbered(3));
  });

  it('says why it cannot read', async () => {
    const shop = await Shop.open();
    const gateway = await startGateway(shop.manager);
    const codes: string[] = [];
    const onError = ({ code }: WharfError) => void codes.push(code);
    const client = clientOf(gateway, { token: 'wrong', onError });
    const reading: Reading = client.consume({ name: 'a' }, () => undefined);
    await expect.poll(() => codes[0]).toBe('TOKEN_REQUIRED');
    await reading.stop();
    clientOf(gateway, { url: 'http://127.0.0.1:9', onError }).consume({ name: 'a' }, () => undefined);
    await expect.poll(() => codes.at(-1)).toBe('GATEWAY_UNREACHABLE');
  });

  it('begins anew when its name was forgotten', async () => {
    const shop = await Shop.open();
    const gateway = await startGateway(shop.manager);
    const client = clientOf(gateway);
    const seen: string[] = [];
    const read = () =>
      client.consume({ name: 'a', types: ['message'], startAt: 'beginning' }, (event) => {
        seen.push(...textOf(event));
      });
    read();
    await say(shop, ['one']);
    await expect.poll(() => seen).toEqual(['one']);
    await client.deleteConsumer('a');
    read();
    await expect.poll(() => seen).toEqual(['one', 'one']);
  });
});
