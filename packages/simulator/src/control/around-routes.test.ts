import { afterEach, beforeEach, expect, it } from 'vitest';
import { createSimulator, type Simulator } from '../simulator.js';

const ANN = '15550100001';
const VERA = '15550100003';
let simulator: Simulator;

beforeEach(async () => {
  simulator = await createSimulator({ receiptDelayMs: 1 });
  simulator.addContact({ phone: ANN, name: 'Ann' });
  simulator.addContact({ phone: VERA, name: 'Vera' });
});

afterEach(() => simulator.close());

async function call(
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; body: unknown }> {
  const answer = await fetch(`${simulator.endpoint.http}${path}`, {
    method,
    headers: body === undefined ? {} : { 'content-type': 'application/json' },
    body: body === undefined ? null : JSON.stringify(body),
  });
  const text = await answer.text();
  const isJson = answer.headers.get('content-type')?.includes('json');
  return { status: answer.status, body: isJson ? JSON.parse(text) : text };
}

it('Files can be sent, fetched and expired', async () => {
  const data = Buffer.from('a file').toString('base64');
  const file = { to: ANN, kind: 'document', data, fileName: 'a.txt', mimetype: 'text/plain' };
  const sent = await call('POST', `/contacts/${VERA}/media`, file);
  expect(sent).toMatchObject({ status: 201 });
  const { id } = sent.body as { id: string };
  await simulator.contact(ANN).waitForMessage((message) => message.id === id);
  expect(await call('GET', `/phones/${ANN}/messages/${id}/media`)).toEqual({ status: 200, body: 'a file' });
  expect(await call('POST', `/contacts/${VERA}/messages/${id}/media/expire`, {})).toMatchObject({
    status: 204,
  });
  expect(await call('GET', `/phones/${ANN}/messages/${id}/media`)).toMatchObject({
    status: 410,
    body: { code: 'ATTACHMENT_GONE' },
  });
  const ca = await call('GET', '/ca.pem');
  expect(ca.body).toBe(simulator.caCertificate);
  expect(await call('GET', '/endpoint')).toMatchObject({ body: { ca: expect.stringContaining('ca.pem') } });
});

it('The phone can pin, mute, label, and save contacts', async () => {
  const set = (body: object) => call('POST', `/phones/${ANN}/settings`, body);
  await set({ change: 'pin', chat: VERA, isOn: true });
  await set({ change: 'mute', chat: VERA, until: -1 });
  await set({ change: 'saveLabel', id: '1', name: 'New', color: 2 });
  await set({ change: 'labelChat', chat: VERA, label: '1', isOn: true });
  await set({ change: 'saveContact', person: VERA, fullName: 'Vera Smith' });
  expect(await call('GET', `/phones/${ANN}/settings`)).toMatchObject({
    status: 200,
    body: {
      chats: [{ chat: `${VERA}@s.whatsapp.net`, isPinned: true, mutedUntil: -1, labels: ['1'] }],
      contacts: [{ fullName: 'Vera Smith' }],
    },
  });
  expect(await set({ change: 'star', message: 'none', isOn: true })).toMatchObject({
    status: 404,
    body: { code: 'MESSAGE_NOT_FOUND' },
  });
});

it('Profiles, presence and calls are there for everybody', async () => {
  const changed = await call('PATCH', `/contacts/${VERA}/profile`, {
    about: 'Busy',
    picture: Buffer.from('jpeg').toString('base64'),
    privacy: { last: 'none' },
    business: { description: 'Bakery' },
  });
  expect(changed).toMatchObject({
    status: 200,
    body: {
      about: 'Busy',
      pictureUrl: expect.stringContaining('https://'),
      business: { description: 'Bakery' },
    },
  });
  expect(await call('PATCH', `/contacts/${VERA}/profile`, { privacy: { last: 'some' } })).toMatchObject({
    status: 400,
    body: { code: 'PRIVACY_INVALID' },
  });
  expect(await call('PUT', `/contacts/${VERA}/blocked/${ANN}`)).toMatchObject({ status: 204 });
  expect(await call('GET', `/contacts/${VERA}/profile`)).toMatchObject({
    body: { blocked: [`${ANN}@s.whatsapp.net`] },
  });
  expect(await call('DELETE', `/contacts/${VERA}/blocked/${ANN}`)).toMatchObject({ status: 204 });
  await call('POST', `/contacts/${ANN}/presence`, { state: 'available' });
  expect(await call('GET', `/contacts/${VERA}/presence/${ANN}`)).toMatchObject({
    body: { state: 'available' },
  });
  await call('POST', `/contacts/${ANN}/presence`, { state: 'composing', to: VERA });
  expect(await call('GET', `/contacts/${VERA}/presence/${ANN}`)).toMatchObject({
    body: { state: 'composing' },
  });
  const offered = await call('POST', `/contacts/${ANN}/calls`, { to: VERA });
  expect(offered).toMatchObject({ status: 201, body: { state: 'ringing' } });
  const { id } = offered.body as { id: string };
  expect(await call('POST', `/contacts/${VERA}/calls/${id}`, { action: 'reject' })).toMatchObject({
    status: 204,
  });
  expect(await call('GET', `/contacts/${ANN}/calls`)).toMatchObject({ body: [{ id, state: 'rejected' }] });
});

it('Sync and traffic say what is wrong with a request', async () => {
  expect(await call('PUT', '/sync', { history: 'off' })).toMatchObject({ status: 204 });
  expect(await call('PUT', '/sync', { history: 'maybe' })).toMatchObject({ status: 400 });
  expect(await call('POST', '/traffic', { to: ANN, contacts: 1, messages: 1 })).toMatchObject({
    status: 409,
    body: { code: 'NO_DEVICE' },
  });
  expect(await call('POST', `/phones/${ANN}/history`, { device: 1, kind: 'RECENT' })).toMatchObject({
    status: 404,
    body: { code: 'DEVICE_NOT_FOUND' },
  });
});
