import { errorCodes } from '@wharf/core';
import { describe, expect, it } from 'vitest';
import { startShop, VERA } from '../actions/shop.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { startManager, startSimulator, stateOf } from '../support/world.js';

/** The envelope of an error, complete. */
const refusal = (code: keyof typeof errorCodes, details?: object) => ({
  status: errorCodes[code].httpStatus,
  body: {
    code,
    message: expect.stringContaining(errorCodes[code].remedy),
    results: {
      kind: errorCodes[code].kind,
      retry: errorCodes[code].retry,
      httpStatus: errorCodes[code].httpStatus,
      remedy: errorCodes[code].remedy,
      ...(details ? { details } : {}),
    },
  },
});

const sending = { phone: '15550009', message: 'hello' };
const send = (
  gateway: TestGateway,
  headers: Record<string, string> = {},
  query = '',
  body: object = sending,
) => gateway.call('POST', `/send/message${query}`, { body, headers });

describe('the choice of the device', () => {
  it('is required with none and with several devices, and no question with one', async () => {
    const manager = await startManager(await startSimulator());
    const gateway = await startGateway(manager);
    const status = (headers: Record<string, string> = {}, query = '') =>
      gateway.call('GET', `/app/status${query}`, { headers });
    expect(await status()).toMatchObject(refusal('DEVICE_ID_REQUIRED'));
    await manager.createDevice({ id: 'one' });
    expect(await status()).toMatchObject({ status: 200, body: { results: { device_id: 'one' } } });
    await manager.createDevice({ id: 'two' });
    expect(await status()).toMatchObject(refusal('DEVICE_ID_REQUIRED'));
    expect(await status({ 'x-device-id': 'two' })).toMatchObject({ body: { results: { device_id: 'two' } } });
    expect(await status({}, '?device_id=one')).toMatchObject({ body: { results: { device_id: 'one' } } });
    // The header counts before the query.
    expect(await status({ 'x-device-id': 'two' }, '?device_id=one')).toMatchObject({
      body: { results: { device_id: 'two' } },
    });
    expect(await status({ 'x-device-id': 'three' })).toMatchObject({
      status: 404,
      body: { code: 'DEVICE_NOT_FOUND', results: { device_id: 'three', details: { deviceId: 'three' } } },
    });
  });

  it.each([
    ['GET', '/devices/nobody'],
    ['DELETE', '/devices/nobody'],
    ['GET', '/devices/nobody/login'],
    ['POST', '/devices/nobody/login/code?phone=15550001'],
    ['POST', '/devices/nobody/logout'],
    ['POST', '/devices/nobody/reconnect'],
    ['GET', '/devices/nobody/status'],
  ])('of one that there is not is 404 and makes none: %s %s', async (method, path) => {
    const manager = await startManager(await startSimulator());
    const gateway = await startGateway(manager);
    expect(await gateway.call(method, path)).toMatchObject({
      status: 404,
      body: { code: 'DEVICE_NOT_FOUND', results: { device_id: 'nobody' } },
    });
    expect(await manager.listDevices()).toEqual([]);
  });

  it('may be by the JID of its account', async () => {
    const { manager } = await startShop();
    await manager.createDevice({ id: 'other' });
    const gateway = await startGateway(manager);
    for (const name of ['15550001@s.whatsapp.net', '15550001%3A1%40s.whatsapp.net'])
      expect(await gateway.call('GET', '/app/status', { headers: { 'x-device-id': name } })).toMatchObject({
        body: { results: { device_id: 'shop' } },
      });
  });
});

describe('an error', () => {
  it('of a device says in which state it is', async () => {
    const { manager } = await startShop();
    await manager.createDevice({ id: 'new' });
    const gateway = await startGateway(manager);
    const shop = { 'x-device-id': 'shop' };
    expect(await gateway.call('POST', '/devices', { body: { device_id: 'shop' } })).toMatchObject(
      refusal('DEVICE_EXISTS'),
    );
    expect(await gateway.call('POST', '/devices', { body: { device_id: 'a shop' } })).toMatchObject(
      refusal('DEVICE_ID_INVALID'),
    );
    expect(await send(gateway, { 'x-device-id': 'new' })).toMatchObject(refusal('DEVICE_NOT_CONNECTED'));
    expect(await gateway.call('GET', '/devices/shop/login')).toMatchObject(refusal('DEVICE_LOGGED_IN'));
    expect(await gateway.call('POST', '/devices/new/logout')).toMatchObject(refusal('DEVICE_NOT_CONNECTED'));
    await gateway.call('POST', '/devices/shop/logout');
    expect(await send(gateway, shop)).toMatchObject(refusal('DEVICE_LOGGED_OUT'));
  });

  it('is none for a send while the connection is down: it is queued, and goes out later', async () => {
    const { manager, simulator, vera } = await startShop();
    const gateway = await startGateway(manager);
    simulator.faults.add({ kind: 'refuse-connection' });
    const down = stateOf(manager, 'shop', ({ name }) => name === 'reconnecting');
    simulator.closeConnection('15550001', 'reset');
    await down;
    const answer = await send(gateway);
    expect(answer).toMatchObject({ status: 200, body: { results: { status: 'queued' } } });
    expect(await gateway.call('GET', '/user/check?phone=15550009')).toMatchObject(
      refusal('DEVICE_RECONNECTING'),
    );
    simulator.faults.clear();
    await vera.waitForMessage(({ id }) => id === answer.body.results.message_id);
  });

  it('of a field names it', async () => {
    const { manager } = await startShop();
    const gateway = await startGateway(manager);
    const post = (path: string, body: object) => gateway.call('POST', path, { body });
    expect(await post('/send/message', { phone: 'Vera', message: 'x' })).toMatchObject(
      refusal('RECIPIENT_INVALID'),
    );
    expect(await post('/send/message', { phone: '0155500099', message: 'x' })).toMatchObject(
      refusal('RECIPIENT_INVALID'),
    );
    expect(await post('/send/message', { phone: '15550009' })).toMatchObject(
      refusal('OPTION_INVALID', { option: 'message' }),
    );
    expect(await post('/send/message', { phone: '15550009', message: '' })).toMatchObject(
      refusal('OPTION_INVALID', { option: 'message' }),
    );
    expect(await post('/send/message', { ...sending, duration: 5 })).toMatchObject(
      refusal('OPTION_INVALID', { option: 'duration' }),
    );
    expect(await post('/send/message?wait=soon', sending)).toMatchObject(
      refusal('OPTION_INVALID', { option: 'wait' }),
    );
    expect(await post('/send/image', { phone: '15550009' })).toMatchObject(
      refusal('OPTION_INVALID', { option: 'image' }),
    );
    expect(
      await post('/send/image', { phone: '15550009', image_url: 'http://127.0.0.1/a.jpg' }),
    ).toMatchObject(refusal('MEDIA_ADDRESS_REFUSED'));
    expect(await post('/message/nothing/reaction', { phone: '15550009', emoji: '🐟' })).toMatchObject(
      refusal('MESSAGE_NOT_FOUND'),
    );
  });

  it('of WhatsApp has its own status, for whoever waits', async () => {
    const { manager, simulator } = await startShop();
    const gateway = await startGateway(manager);
    expect(await send(gateway, {}, '?wait=sent', { phone: '15559999', message: 'x' })).toMatchObject(
      refusal('RECIPIENT_NOT_ON_WHATSAPP', { messageId: expect.any(String) }),
    );
    simulator.faults.add({ kind: 'refuse-messages', code: 463, times: 1, only: { tag: 'message' } });
    expect(await send(gateway, {}, '?wait=sent')).toMatchObject(refusal('SEND_RESTRICTED'));
  });

  it('of a request says what is wrong with it', async () => {
    const { manager } = await startShop();
    const gateway = await startGateway(manager, { limits: { bodyBytes: 2_000, fileBytes: 3_000 } });
    const raw = async (body: string, type: string, path = '/send/message') => {
      const response = await fetch(gateway.url + path, {
        method: 'POST',
        headers: { authorization: `Bearer ${gateway.secret}`, 'content-type': type },
        body,
      });
      return { status: response.status, body: await response.json() };
    };
    expect(await raw('{"phone"', 'application/json')).toMatchObject(refusal('REQUEST_INVALID'));
    expect(await raw('phone=1', 'application/x-www-form-urlencoded')).toMatchObject(
      refusal('REQUEST_TYPE_UNSUPPORTED'),
    );
    expect(await raw(JSON.stringify({ phone: 'x'.repeat(3_000) }), 'application/json')).toMatchObject(
      refusal('REQUEST_TOO_LARGE'),
    );
    const form = new FormData();
    form.append('phone', '15550009');
    form.append('file', new Blob(['x'.repeat(5_000)]), 'a.txt');
    expect(await gateway.call('POST', '/send/file', { form })).toMatchObject(refusal('REQUEST_TOO_LARGE'));
    expect(await raw('x'.repeat(5_000), 'text/plain', '/media')).toMatchObject(refusal('REQUEST_TOO_LARGE'));
    expect(await gateway.call('GET', '/nowhere')).toMatchObject(refusal('ROUTE_NOT_FOUND'));
    expect(await gateway.call('POST', '/actions/cat.feed', { body: {} })).toMatchObject(
      refusal('ACTION_NOT_FOUND'),
    );
  });

  it('of the gateway itself says nothing but where to look', async () => {
    const manager = await startManager(await startSimulator());
    const gateway = await startGateway(manager);
    manager.listDevices = async () => {
      throw new Error('SELECT secret FROM somewhere');
    };
    const answer = await gateway.call('GET', '/devices');
    expect(answer).toMatchObject(refusal('INTERNAL_ERROR', { requestId: expect.any(String) }));
    expect(JSON.stringify(answer.body)).not.toContain('secret');
  });

  it('is 503 once the devices are closed', async () => {
    const manager = await startManager(await startSimulator());
    const gateway = await startGateway(manager);
    expect((await gateway.call('GET', '/health/ready', { token: null })).status).toBe(200);
    await manager.close();
    expect(await gateway.call('GET', '/devices')).toMatchObject(refusal('MANAGER_CLOSED'));
    expect((await gateway.call('GET', '/health/ready', { token: null })).status).toBe(503);
    expect((await gateway.call('GET', '/health/live', { token: null })).status).toBe(200);
  });
});

describe('an action', () => {
  it('is run by its name, and answers with what it returns', async () => {
    const { manager, vera } = await startShop();
    const gateway = await startGateway(manager);
    const post = (name: string, body: object, headers = {}) =>
      gateway.call('POST', `/actions/${name}`, { body, headers });
    const sent = await post(
      'message.send?wait=sent',
      { to: VERA, text: 'hi' },
      { 'idempotency-key': 'order 1' },
    );
    expect(sent.body.results).toMatchObject({ state: 'sent', chat: VERA, idempotencyKey: 'order 1' });
    await vera.waitForMessage(({ id }) => id === sent.body.results.messageId);
    expect(
      (await post('message.send', { to: VERA, text: 'hi', idempotencyKey: 'order 1' })).body.results
        .messageId,
    ).toBe(sent.body.results.messageId);
    expect(await post('message.send', { to: VERA, txt: 'hi' })).toMatchObject(
      refusal('OPTION_INVALID', { option: 'txt' }),
    );
    expect((await post('device.get', { deviceId: 'shop' })).body.results).toMatchObject({ id: 'shop' });
  });

  it('reads and writes no files of the machine', async () => {
    const { manager } = await startShop();
    const gateway = await startGateway(manager);
    const post = (name: string, body: object) => gateway.call('POST', `/actions/${name}`, { body });
    const content = { kind: 'document', media: { path: '/etc/passwd' } };
    expect(await post('message.send', { to: VERA, content })).toMatchObject(refusal('PATH_NOT_ALLOWED'));
    expect(await post('profile.setPicture', { picture: { path: '/etc/passwd' } })).toMatchObject(
      refusal('PATH_NOT_ALLOWED'),
    );
    expect(await post('media.get', { messageId: 'x', saveAs: '/etc/cron.d/x' })).toMatchObject(
      refusal('PATH_NOT_ALLOWED'),
    );
  });
});
