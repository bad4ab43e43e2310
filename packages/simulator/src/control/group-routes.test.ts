import { afterEach, beforeEach, expect, it } from 'vitest';
import { createSimulator, type Simulator } from '../simulator.js';

const [ANN, BOB, VERA] = ['15550100001', '15550100002', '15550100003'];

let simulator: Simulator;

beforeEach(async () => {
  simulator = await createSimulator({ receiptDelayMs: 1 });
  for (const phone of [ANN, BOB, VERA] as string[]) simulator.addContact({ phone, name: `Person ${phone}` });
});

afterEach(() => simulator.close());

async function call<T>(method: string, path: string, body?: unknown): Promise<{ status: number; body: T }> {
  const response = await fetch(simulator.endpoint.http + path, {
    method,
    ...(body ? { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } } : {}),
  });
  const text = await response.text();
  return { status: response.status, body: (text === '' ? undefined : JSON.parse(text)) as T };
}

it('Groups are made, changed, joined and left over the control API', async () => {
  const made = await call<{ jid: string }>('POST', '/groups', { by: ANN, subject: 'Us', members: [BOB] });
  expect(made).toMatchObject({
    status: 201,
    body: { subject: 'Us', members: [{ phone: ANN }, { phone: BOB }] },
  });
  const path = `/groups/${made.body.jid}`;
  expect(await call('PATCH', path, { by: BOB, isAnnounce: true })).toMatchObject({
    status: 403,
    body: { code: 'NOT_GROUP_ADMIN' },
  });
  expect(await call('PATCH', path, { by: ANN, isJoinApproval: true, description: 'We' })).toMatchObject({
    body: { description: 'We', isJoinApproval: true },
  });
  const { body: invite } = await call<{ code: string }>('POST', `${path}/invite/reset`, { by: ANN });
  expect(await call('POST', '/groups/join', { who: VERA, code: invite.code })).toMatchObject({
    body: { status: 'requested' },
  });
  expect(
    await call('POST', `${path}/requests`, { by: ANN, action: 'approve', people: [VERA] }),
  ).toMatchObject({
    body: [{ status: 200 }],
  });
  expect(
    await call('POST', `${path}/members`, { by: ANN, action: 'promote', members: [VERA] }),
  ).toMatchObject({
    body: [{ status: 200 }],
  });
  await call('POST', `${path}/leave`, { who: BOB });
  expect(await call('GET', path)).toMatchObject({
    body: { members: [{ phone: ANN }, { phone: VERA, role: 'admin' }] },
  });
  const sent = await call<{ id: string }>('POST', `/contacts/${VERA}/messages`, {
    to: made.body.jid,
    content: { kind: 'poll', name: 'Lunch?', options: ['Yes', 'No'] },
  });
  expect(sent.status).toBe(201);
  await simulator.contact(ANN as string).waitForMessage(({ id }) => id === sent.body.id);
  await call('POST', `/phones/${ANN}/messages`, {
    to: made.body.jid,
    content: { kind: 'vote', of: sent.body.id, options: ['Yes'] },
  });
  await simulator.contact(VERA as string).waitForMessage(({ votes }) => votes?.[0]?.options[0] === 'Yes');
  expect(await call('GET', `/contacts/${VERA}/messages`)).toMatchObject({
    body: [{ content: { kind: 'poll' }, votes: [{ options: ['Yes'] }] }],
  });
  expect(await call('POST', `/contacts/${VERA}/messages`, { to: ANN })).toMatchObject({
    status: 400,
    body: { message: expect.stringContaining('either a text or a content') },
  });
});

it('Newsletters are made, followed and posted to over the control API', async () => {
  const { body } = await call<{ jid: string }>('POST', '/newsletters', { by: ANN, name: 'News' });
  await call('POST', `/newsletters/${body.jid}/follow`, { who: VERA, isFollowing: true });
  await call('POST', `/contacts/${ANN}/messages`, { to: body.jid, text: 'extra' });
  await simulator.contact(VERA as string).waitForMessage(({ text }) => text === 'extra');
  await call('POST', `/newsletters/${body.jid}/react`, { who: VERA, serverId: 1, emoji: '👍' });
  expect(await call('GET', `/newsletters/${body.jid}`)).toMatchObject({
    body: { posts: [{ serverId: 1, reactions: { '👍': 1 } }] },
  });
  const picture = Buffer.from('a picture').toString('base64');
  expect(await call('PATCH', `/newsletters/${body.jid}`, { by: VERA, picture })).toMatchObject({
    status: 403,
    body: { code: 'NOT_NEWSLETTER_ADMIN' },
  });
  const role = { by: ANN, action: 'promote', person: VERA };
  expect(await call('POST', `/newsletters/${body.jid}/admins`, role)).toMatchObject({
    body: { admins: [`${VERA}@s.whatsapp.net`] },
  });
  const changed = await call('PATCH', `/newsletters/${body.jid}`, { by: VERA, name: 'More news', picture });
  expect(changed).toMatchObject({
    status: 200,
    body: { name: 'More news', pictureUrl: expect.stringMatching(/^https/) },
  });
  expect(await call('POST', `/newsletters/${body.jid}/delete`, { by: VERA })).toMatchObject({ status: 403 });
  expect(await call('POST', `/newsletters/${body.jid}/delete`, { by: ANN })).toMatchObject({ status: 204 });
  expect(await call('GET', `/newsletters/${body.jid}`)).toMatchObject({ status: 404 });
});
