import { describe, expect, it } from 'vitest';
import { startGateway } from '../support/gateway.js';
import { clientOf } from '../support/gateway-client.js';
import { Receiver } from '../support/receiver.js';
import { SHOP, Shop } from '../support/shop.js';

describe('the routes of webhooks', () => {
  it('make, show, change and delete one, and never give its secret away again', async () => {
    const shop = await Shop.open();
    const { call } = await startGateway(shop.manager);
    const receiver = await new Receiver(() => 500).open();
    const made = await call('POST', '/webhooks', { body: { url: receiver.url, types: ['message'] } });
    expect(made).toMatchObject({ status: 200, body: { code: 'SUCCESS', results: { isEnabled: true } } });
    const { id, secret } = made.body.results;
    expect(secret).toHaveLength(64);
    await shop.vera.send(SHOP, 'one');
    await expect
      .poll(async () => (await call('GET', `/webhooks/${id}`)).body.results.outage?.error)
      .toBe('HTTP 500');
    receiver.answer = () => 200;
    const changed = await call('PATCH', `/webhooks/${id}`, { body: { format: 'gowa' } });
    expect(changed.body.results).toMatchObject({ id, format: 'gowa' });
    await expect.poll(() => receiver.taken.length).toBe(1);
    expect(JSON.parse(receiver.taken[0]?.body ?? '')).toMatchObject({
      session_id: 'shop',
      payload: { body: 'one' },
    });
    const list = await call('GET', '/webhooks');
    expect(JSON.stringify([changed.body, list.body])).not.toContain(secret);
    for (const path of ['dead-letters/redrive', 'dead-letters/7/redrive']) {
      const status = path.includes('7') ? 404 : 200;
      expect(await call('POST', `/webhooks/${id}/${path}`)).toMatchObject({ status });
    }
    expect((await call('DELETE', `/webhooks/${id}`)).status).toBe(200);
    expect(await call('GET', `/webhooks/${id}`)).toMatchObject({
      status: 404,
      body: { code: 'WEBHOOK_NOT_FOUND' },
    });
  });

  it('list, drive again and drop dead letters', async () => {
    const shop = await Shop.open();
    const { call } = await startGateway(shop.manager);
    const receiver = await new Receiver().open();
    const { webhooks } = shop.manager;
    const { id } = webhooks.create({ url: receiver.url, types: ['message'] });
    await shop.vera.send(SHOP, 'one');
    await receiver.until(['one']);
    const [event] = receiver.events;
    if (!event) throw new Error('There is no event.');
    for (const seq of [1, 2, 3]) webhooks.bury(id, { ...event, seq }, { attempts: 9, error: 'HTTP 500' });
    const letters = await call('GET', `/webhooks/${id}/dead-letters?limit=2`);
    expect(letters.body.results).toMatchObject([{ attempts: 9 }, { error: 'HTTP 500' }]);
    const [first] = letters.body.results;
    expect((await call('DELETE', `/webhooks/${id}/dead-letters/${first.id}`)).body.results).toEqual({
      dropped: 1,
    });
    const redriven = await call('POST', `/webhooks/${id}/dead-letters/redrive?limit=1`);
    expect(redriven.body.results).toEqual({ delivered: 1 });
    expect(receiver.taken).toHaveLength(2);
    expect((await call('DELETE', `/webhooks/${id}/dead-letters`)).body.results).toEqual({ dropped: 1 });
  });

  it('give a token that is for some devices the webhooks of those, and no others', async () => {
    const shop = await Shop.open();
    const { call, tokenFor } = await startGateway(shop.manager, { webhooks: {} });
    await shop.manager.createDevice({ id: 'other' });
    const token = tokenFor(['manage'], ['other']);
    const url = 'https://hooks.example/in';
    const { id } = shop.manager.webhooks.create({ url, deviceId: 'shop' });
    const general = shop.manager.webhooks.create({ url });
    expect((await call('GET', '/webhooks', { token })).body.results).toEqual([]);
    for (const each of [id, general.id])
      expect((await call('DELETE', `/webhooks/${each}`, { token })).body.code).toBe('WEBHOOK_NOT_FOUND');
    const make = async (body: object) => (await call('POST', '/webhooks', { token, body })).body.code;
    expect(await make({ url })).toBe('TOKEN_SCOPE_MISSING');
    expect(await make({ url, deviceId: 'shop' })).toBe('DEVICE_NOT_FOUND');
    expect(await make({ url, deviceId: 'other' })).toBe('SUCCESS');
    expect(await make({ url: 'http://127.0.0.1/', deviceId: 'other' })).toBe('WEBHOOK_ADDRESS_REFUSED');
    expect(await make({ url: 'nonsense', deviceId: 'other' })).toBe('OPTION_INVALID');
  });
});

describe('two gateways', () => {
  it('share no token, device, webhook or event', async () => {
    const [one, two] = [await Shop.open(), await Shop.open()];
    const [first, second] = [await startGateway(one.manager), await startGateway(two.manager)];
    expect((await second.call('GET', '/devices', { token: first.secret })).status).toBe(401);
    const seen: string[] = [];
    const read = (gateway: typeof first) =>
      clientOf(gateway).consume({ name: 'same', types: ['message'], startAt: 'beginning' }, (event) => {
        seen.push(
          event.type === 'message' && event.payload.content.kind === 'text' ? event.payload.content.text : '',
        );
      });
    const receiver = await new Receiver().open();
    await second.call('POST', '/webhooks', { body: { url: receiver.url, types: ['message'] } });
    expect((await first.call('GET', '/webhooks')).body.results).toEqual([]);
    read(first);
    await one.vera.send(SHOP, 'to one');
    await expect.poll(() => seen).toEqual(['to one']);
    await two.vera.send(SHOP, 'to two');
    await receiver.until(['to two']);
    expect(seen).toEqual(['to one']);
    read(second);
    await expect.poll(() => seen).toEqual(['to one', 'to two']);
  });
});

describe('a gateway with open streams', () => {
  it('closes in spite of them', async () => {
    const shop = await Shop.open();
    const gateway = await startGateway(shop.manager);
    const response = await fetch(new URL('/events', gateway.url), {
      headers: { authorization: `Bearer ${gateway.secret}` },
    });
    clientOf(gateway).consume({ name: 'a' }, () => undefined);
    await gateway.app.close();
    expect(await response.text()).toContain('retry: 2000');
  });
});
