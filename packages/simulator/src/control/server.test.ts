import { once } from 'node:events';
import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { createSimulator, type Simulator } from '../simulator.js';
import { pairedClient, TestClient } from '../test-client.js';
import { NOISE_HEADER } from '../wire/frame.js';

let simulator: Simulator;

beforeEach(async () => {
  simulator = await createSimulator({ receiptDelayMs: 1 });
});

afterEach(() => simulator.close());

async function call(method: string, path: string, body?: unknown) {
  const response = await fetch(simulator.endpoint.http + path, {
    method,
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
}

/** `fetch` does not let a caller choose the Host header. */
async function statusWithHost(host: string): Promise<number | undefined> {
  const asked = request(`${simulator.endpoint.http}/accounts`, { headers: { host } }).end();
  const [response] = await once(asked, 'response');
  response.resume();
  return response.statusCode;
}

describe('The control API', () => {
  it('lets phones and contacts be used from outside', async () => {
    const client = new TestClient(simulator.endpoint.ws).connect();
    const qr = await client.qr();
    const opened = client.open();
    const scanned = await call('POST', '/phones/scan', { qr, phone: '+1 555 010-0001', name: 'Ann' });
    expect(scanned).toMatchObject({
      status: 200,
      body: { phone: '15550100001', jid: '15550100001:1@s.whatsapp.net' },
    });
    await opened;
    expect(await call('GET', '/phones/15550100001')).toMatchObject({
      body: { name: 'Ann', devices: [{ id: 1, platform: 'Mac OS', connected: true, connectionsOpened: 1 }] },
    });
    await call('POST', '/contacts', { phone: '15550100002', name: 'Vera' });
    const sent = await call('POST', '/contacts/15550100002/messages', { to: '15550100001', text: 'hi' });
    expect(sent).toMatchObject({ status: 201, body: { id: expect.any(String) } });
    await client.message('hi');
    expect(await call('GET', '/contacts/15550100002/messages')).toMatchObject({
      body: [{ text: 'hi', fromMe: true }],
    });
    expect(await call('GET', '/phones/15550100001/messages')).toMatchObject({
      body: [{ text: 'hi', fromMe: false }],
    });
    expect(await call('DELETE', '/phones/15550100001/devices/1')).toMatchObject({ status: 204 });
    expect(await client.closed()).toBe(401);
    expect(await call('GET', '/statistics')).toMatchObject({
      body: { connectionsOpened: 2, unknownStanzas: 0 },
    });
  });

  it('shows what a client sent that no person could have sent', async () => {
    const client = await pairedClient(simulator, '15550100001', 'Ann');
    const contact = simulator.addContact({ phone: '15550100002', name: 'Vera' });
    const place = { degreesLatitude: 1_000, degreesLongitude: 0 };
    await client.socket.sendMessage(contact.jid, { location: place });
    await client.send(contact.jid, 'x'.repeat(70_000));
    await contact.waitForMessage(({ text }) => text.length === 70_000);
    expect(await call('GET', '/contacts/15550100002/messages')).toMatchObject({
      status: 200,
      body: [{ kind: 'locationMessage' }, { text: expect.stringMatching(/^x+$/) }],
    });
  });

  it('says which field of a request is wrong', async () => {
    const { status, body } = await call('POST', '/contacts', { phone: 'abc', name: '' });
    expect(status).toBe(400);
    expect(body).toMatchObject({
      code: 'INVALID_REQUEST',
      message: expect.stringContaining('a phone number has 6 to 15 digits'),
    });
  });

  it.each([
    ['POST', '/phones/scan', { qr: 'nonsense' }, 400, 'QR_INVALID'],
    ['POST', '/phones/scan', { qr: `2@x,a,${'A'.repeat(43)}=,${'A'.repeat(43)}=,1` }, 404, 'QR_UNKNOWN'],
    ['GET', '/phones/15559999999', undefined, 404, 'ACCOUNT_NOT_FOUND'],
    ['DELETE', '/phones/15559999999/devices/1', undefined, 404, 'ACCOUNT_NOT_FOUND'],
    ['POST', '/contacts/15559999999/messages', { to: '1', text: 'x' }, 404, 'CONTACT_NOT_FOUND'],
    ['POST', '/connections/15559999999/close', { code: 'later' }, 400, 'INVALID_REQUEST'],
    ['GET', '/nothing', undefined, 404, 'NOT_FOUND'],
  ])('%s %s answers with a code and a sentence', async (method, path, body, status, code) => {
    const answer = await call(method, path, body);
    expect(answer).toMatchObject({ status, body: { code, message: expect.stringMatching(/\w+ .*/) } });
  });

  it('refuses requests under any other name than loopback', async () => {
    expect(await statusWithHost('evil.example:8383')).toBe(403);
    expect(await statusWithHost('localhost:8383')).toBe(200);
    const socket = new WebSocket(simulator.endpoint.ws, { headers: { host: 'evil.example' } });
    const [error] = await once(socket, 'error');
    expect(error).toBeInstanceOf(Error);
  });

  it('streams what happens', async () => {
    const abort = new AbortController();
    const stream = await fetch(`${simulator.endpoint.http}/events`, { signal: abort.signal });
    const contact = simulator.addContact({ phone: '15550100002', name: 'Vera' });
    simulator.addContact({ phone: '15550100003', name: 'Olga' });
    await contact.send('15550100003', 'hello Olga');
    const reader = stream.body?.getReader();
    let seen = '';
    while (reader && !seen.includes('event: receipt'))
      seen += Buffer.from((await reader.read()).value ?? []).toString();
    abort.abort();
    expect(seen).toContain('event: message\ndata: {"phone":"15550100002"');
    expect(seen).toContain('event: message\ndata: {"phone":"15550100003"');
  });

  it('serves the page and the QR reader', async () => {
    const page = await fetch(simulator.endpoint.http);
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(await page.text()).toContain('id="qr-text"');
    expect(await (await fetch(`${simulator.endpoint.http}/jsqr.js`)).text()).toContain('jsQR');
  });
});

describe('The port', () => {
  it('is refused with a sentence when it is taken', async () => {
    const port = Number(new URL(simulator.endpoint.http).port);
    await expect(createSimulator({ port })).rejects.toMatchObject({ code: 'PORT_TAKEN' });
  });

  it.each([
    ['no header', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
    ['a hello that is none', Buffer.concat([NOISE_HEADER, Buffer.of(0, 0, 4, 1, 2, 3, 4)])],
  ])('closes a connection that sends %s, and no other', async (_what, bytes) => {
    const client = new TestClient(simulator.endpoint.ws).connect();
    const qr = await client.qr();
    const rogue = new WebSocket(simulator.endpoint.ws);
    await once(rogue, 'open');
    const closed = once(rogue, 'close');
    rogue.send(bytes);
    await closed;
    await vi.waitFor(() => expect(simulator.statistics()).toMatchObject({ faults: 1, connectionsOpen: 1 }));
    const opened = client.open();
    await simulator.scan(qr);
    await opened;
    client.disconnect();
  });
});
