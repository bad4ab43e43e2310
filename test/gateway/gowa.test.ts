import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { gowaRoutes } from '../../packages/gateway/src/gowa/routes.js';
import { type Shop, startShop, VERA, WALTER } from '../actions/shop.js';
import { startGateway } from '../support/gateway.js';
import { trustMediaHost } from '../support/media-wire.js';
import { film, sound } from '../support/recordings.js';
import { watch } from '../support/world.js';

/** Every operation that GOWA documents, by its tag. Those of webhooks and of its own page are in docs/gowa-compatibility.md. */
const DOCUMENTED = `
GET /devices, POST /devices, GET /devices/:id, DELETE /devices/:id, GET /devices/:id/login, POST /devices/:id/login/code,
POST /devices/:id/logout, POST /devices/:id/reconnect, GET /devices/:id/status, GET /devices/:id/webhook, PATCH /devices/:id/webhook,
GET /app/login, GET /app/login-with-code, GET /app/passkey, POST /app/passkey/response, POST /app/passkey/confirm, GET /app/logout,
GET /app/reconnect, GET /app/devices, GET /app/status, GET /app/info, GET /health,
POST /send/message, POST /send/image, POST /send/video, POST /send/audio, POST /send/file, POST /send/sticker, POST /send/contact,
POST /send/link, POST /send/location, POST /send/poll, POST /send/presence, POST /send/chat-presence,
POST /message/:id/reaction, POST /message/:id/revoke, POST /message/:id/delete, POST /message/:id/update, POST /message/:id/read,
POST /message/:id/star, POST /message/:id/unstar, POST /message/:id/forward, GET /message/:id/download,
GET /chats, GET /chat/:jid/messages, POST /chat/:jid/pin, POST /chat/:jid/archive, POST /chat/:jid/disappearing,
GET /user/info, GET /user/check, GET /user/business-profile, GET /user/avatar, POST /user/avatar, POST /user/pushname,
GET /user/my/privacy, GET /user/my/groups, GET /user/my/newsletters, GET /user/my/contacts,
POST /group, POST /group/join-with-link, GET /group/info-from-link, GET /group/info, GET /group/participants,
GET /group/participants/export, POST /group/participants, POST /group/participants/remove, POST /group/participants/promote,
POST /group/participants/demote, GET /group/participant-requests, POST /group/participant-requests/approve,
POST /group/participant-requests/reject, POST /group/leave, POST /group/photo, POST /group/name, POST /group/topic,
POST /group/locked, POST /group/announce, GET /group/invite-link,
POST /newsletter/unfollow, GET /newsletter/messages, POST /call/reject,
POST /chatwoot/sync, GET /chatwoot/sync/status, POST /chatwoot/webhook, POST /chatwoot/webhook/:device_id, GET /chatwoot/configs,
GET /devices/:id/chatwoot/config, PUT /devices/:id/chatwoot/config, DELETE /devices/:id/chatwoot/config`
  .split(/,\s+/)
  .map((operation) => operation.trim());

/** What a call of a route is made with: values that come out of the world of the test. */
interface Call {
  path?: Record<string, string>;
  query?: Record<string, string>;
  body?: Record<string, unknown>;
  file?: { field: string; data: Buffer; name: string };
  /** What must be in the results besides what the schema says. */
  results?: unknown;
}

/** The calls, in an order in which each can work; a route may be called several times. */
async function callsFor({ simulator, manager, vera }: Shop): Promise<Array<[string, Call]>> {
  const jpeg = await sharp({ create: { width: 32, height: 32, channels: 3, background: 'red' } })
    .jpeg()
    .toBuffer();
  const heard = watch(manager);
  const { id: text } = await vera.send('15550001', 'two tunas please');
  const { id: picture } = await vera.attachments.send('15550001', {
    kind: 'image',
    mimetype: 'image/jpeg',
    data: jpeg,
  });
  await heard.until('both are in the log', (events) =>
    [text, picture].every((id) =>
      events.some(({ type, payload }) => type === 'message' && payload.id === id),
    ),
  );
  const own = await manager.act('message.send', { to: VERA, text: 'sold', waitFor: 'sent' });
  const other = await manager.act('message.send', { to: VERA, text: 'typo', waitFor: 'sent' });
  const group = await manager.act('group.create', { subject: 'Cats', participants: [VERA] });
  await manager.act('group.setJoinApproval', { group: group.jid });
  const { code } = await manager.act('group.getInvite', { group: group.jid });
  const paul = simulator.addContact({ phone: '15550006', name: 'Paul' });
  const rita = simulator.addContact({ phone: '15550005', name: 'Rita' });
  for (const { phone } of [paul, rita]) simulator.groups.join(code, phone);
  const open = simulator.groups.create({ by: '15550009', subject: 'Dogs', members: ['15550008'] });
  const news = simulator.newsletters.create({ by: '15550009', name: 'Cat news' });
  await vera.send(news.jid, 'first');
  await manager.act('channel.follow', { channel: news.jid });
  const call = vera.calls.offer('15550001');
  vera.profile.setAbout('At the aquarium');
  vera.profile.setPicture(jpeg);
  vera.profile.setBusiness({
    description: 'Fresh fish',
    website: 'https://fish.example',
    category: 'Food',
  });
  const phone = '15550009';
  const group_id = group.jid;
  const link = `https://chat.whatsapp.com/${open.inviteCode}`;
  const file = (field: string, data: Buffer = jpeg, name = 'a.jpg') => ({ field, data, name });
  const sent = { message_id: expect.any(String), status: 'sent' };
  const body = { phone };
  const done = (id: string) => ({ message_id: id });
  return [
    [
      'POST /send/message',
      {
        body: { phone, message: 'hello', reply_message_id: text, duration: 86_400, is_forwarded: true },
        results: sent,
      },
    ],
    [
      'POST /send/image',
      {
        body: { phone, caption: 'Us', view_once: 'false', compress: 'true' },
        file: file('image'),
        results: sent,
      },
    ],
    [
      'POST /send/video',
      { body: { ...body, caption: 'The tank' }, file: file('video', film(), 'a.mp4'), results: sent },
    ],
    [
      'POST /send/video',
      { body: { ...body, gif_playback: 'true' }, file: file('video', film(), 'a.mp4'), results: sent },
    ],
    ['POST /send/audio', { body, file: file('audio', sound('a.mp3'), 'a.mp3'), results: sent }],
    [
      'POST /send/audio',
      { body: { ...body, ptt: 'true' }, file: file('audio', sound('a.wav'), 'a.wav'), results: sent },
    ],
    ['POST /send/file', { body, file: file('file', Buffer.from('a bill'), 'bill.txt'), results: sent }],
    ['POST /send/sticker', { body, file: file('sticker'), results: sent }],
    [
      'POST /send/contact',
      { body: { phone, contact_name: 'Walter', contact_phone: '15550008' }, results: sent },
    ],
    [
      'POST /send/link',
      { body: { phone, link: 'https://fish.example/tuna', caption: 'Look' }, results: sent },
    ],
    ['POST /send/location', { body: { phone, latitude: '52.5', longitude: '13.4' }, results: sent }],
    [
      'POST /send/poll',
      { body: { phone, question: 'Lunch?', options: ['Yes', 'No'], max_answer: 1 }, results: sent },
    ],
    ['POST /send/presence', { body: { type: 'available' } }],
    ['POST /send/chat-presence', { body: { phone, action: 'start' } }],
    ['POST /message/:id/reaction', { path: { id: text }, body: { phone, emoji: '🐟' }, results: sent }],
    [
      'POST /message/:id/update',
      { path: { id: own.messageId }, body: { phone, message: 'sold out' }, results: sent },
    ],
    ['POST /message/:id/revoke', { path: { id: other.messageId }, body, results: sent }],
    ['POST /message/:id/read', { path: { id: text }, body, results: done(text) }],
    ['POST /message/:id/star', { path: { id: text }, body, results: done(text) }],
    ['POST /message/:id/unstar', { path: { id: text }, body, results: done(text) }],
    ['POST /message/:id/forward', { path: { id: text }, body: { phone: '15550008' }, results: sent }],
    [
      'GET /message/:id/download',
      { path: { id: picture }, query: { phone }, results: { media_type: 'image', file_size: jpeg.length } },
    ],
    ['POST /message/:id/delete', { path: { id: own.messageId }, body, results: done(own.messageId) }],
    [
      'GET /chats',
      {
        query: { search: 'Vera' },
        results: {
          data: [{ jid: VERA, name: 'Vera', archived: false }],
          pagination: { limit: 25, offset: 0, total: 1 },
        },
      },
    ],
    ['GET /chats', { query: { has_media: 'true', archived: 'false' }, results: { data: [{ jid: VERA }] } }],
    [
      'GET /chat/:jid/messages',
      {
        path: { jid: VERA },
        query: { search: 'tunas', is_from_me: 'false' },
        results: { data: [{ id: text, content: 'two tunas please' }], pagination: { total: 1 } },
      },
    ],
    [
      'GET /chat/:jid/messages',
      {
        path: { jid: VERA },
        query: {
          media_only: 'true',
          is_from_me: 'false',
          end_time: new Date(Date.now() + 60_000).toISOString(),
        },
        results: { data: [{ id: picture, media_type: 'image' }] },
      },
    ],
    [
      'POST /chat/:jid/pin',
      {
        path: { jid: VERA },
        body: { pinned: true },
        results: { status: 'success', chat_jid: VERA, pinned: true },
      },
    ],
    [
      'POST /chat/:jid/archive',
      { path: { jid: VERA }, body: { archived: true }, results: { archived: true } },
    ],
    [
      'POST /chat/:jid/disappearing',
      { path: { jid: VERA }, body: { timer_seconds: 86_400 }, results: { timer_seconds: 86_400 } },
    ],
    ['GET /user/info', { query: { phone }, results: { status: 'At the aquarium' } }],
    ['GET /user/check', { query: { phone }, results: { is_on_whatsapp: true } }],
    ['GET /user/check', { query: { phone: '15559999' }, results: { is_on_whatsapp: false } }],
    [
      'GET /user/business-profile',
      { query: { phone }, results: { jid: VERA, categories: [{ name: 'Food' }] } },
    ],
    [
      'GET /user/avatar',
      {
        query: { phone, is_preview: 'true' },
        results: { url: expect.stringContaining('http'), type: 'preview' },
      },
    ],
    ['POST /user/avatar', { file: file('avatar') }],
    ['POST /user/pushname', { body: { push_name: 'The fish shop' } }],
    ['GET /user/my/privacy', { results: { last_seen: 'all' } }],
    ['GET /user/my/groups', { results: { data: [{ JID: group_id, Name: 'Cats' }] } }],
    ['GET /user/my/newsletters', { results: { data: [{ id: news.jid }] } }],
    ['GET /user/my/contacts', { results: { data: expect.arrayContaining([{ jid: VERA, name: 'Vera' }]) } }],
    [
      'POST /group',
      {
        body: { title: 'Fish', participants: ['15550009'] },
        results: { group_id: expect.stringContaining('@g.us') },
      },
    ],
    ['GET /group/info', { query: { group_id }, results: { Name: 'Cats' } }],
    ['GET /group/info-from-link', { query: { link }, results: { name: 'Dogs', participant_count: 2 } }],
    ['POST /group/join-with-link', { body: { link }, results: { group_id: open.jid } }],
    [
      'GET /group/participants',
      {
        query: { group_id },
        results: {
          participants: expect.arrayContaining([
            expect.objectContaining({ jid: VERA, phone_number: phone, is_admin: false }),
          ]),
        },
      },
    ],
    [
      'GET /group/participant-requests',
      { query: { group_id }, results: { data: [{ jid: paul.jid }, { jid: rita.jid }] } },
    ],
    [
      'POST /group/participant-requests/approve',
      {
        body: { group_id, participants: [paul.phone] },
        results: [{ status: 'success' }],
      },
    ],
    [
      'POST /group/participant-requests/reject',
      { body: { group_id, participants: [rita.phone] }, results: [{ status: 'success' }] },
    ],
    [
      'POST /group/participants',
      {
        body: { group_id, participants: ['15550008'] },
        results: [{ participant: WALTER, status: 'success' }],
      },
    ],
    [
      'POST /group/participants/promote',
      { body: { group_id, participants: ['15550008'] }, results: [{ status: 'success' }] },
    ],
    [
      'POST /group/participants/demote',
      { body: { group_id, participants: ['15550008'] }, results: [{ status: 'success' }] },
    ],
    [
      'POST /group/participants/remove',
      { body: { group_id, participants: ['15550008'] }, results: [{ status: 'success' }] },
    ],
    ['POST /group/photo', { body: { group_id }, file: file('photo') }],
    ['POST /group/name', { body: { group_id, name: 'Cats only' } }],
    ['POST /group/topic', { body: { group_id, topic: 'No dogs.' } }],
    ['POST /group/locked', { body: { group_id, locked: true } }],
    ['POST /group/announce', { body: { group_id, announce: true } }],
    [
      'GET /group/invite-link',
      {
        query: { group_id, reset: 'true' },
        results: { group_id, invite_link: expect.stringContaining('https://chat.whatsapp.com/') },
      },
    ],
    ['POST /group/leave', { body: { group_id } }],
    [
      'GET /newsletter/messages',
      { query: { newsletter_id: news.jid, count: '10' }, results: { data: [{ content: 'first' }] } },
    ],
    ['POST /newsletter/unfollow', { body: { newsletter_id: news.jid } }],
    ['POST /call/reject', { body: { caller_jid: VERA, call_id: call.id } }],
  ];
}

describe("GOWA's routes", () => {
  let answered: Map<string, string>;

  beforeAll(() => {
    answered = new Map();
  });

  it('answer with the fields that they are documented with', async () => {
    const shop = await startShop();
    trustMediaHost(shop.simulator);
    await shop.manager.updateSettings('shop', { pacing: { enabled: false } });
    const gateway = await startGateway(shop.manager);
    for (const [operation, { path = {}, query = {}, body, file, results }] of await callsFor(shop)) {
      const route = gowaRoutes.find((one) => `${one.method} ${one.path}` === operation);
      if (!route) throw new Error(`There is no route ${operation}.`);
      const address = route.path.replace(/:(\w+)/g, (_, name: string) =>
        encodeURIComponent(path[name] ?? ''),
      );
      const search = new URLSearchParams({ ...query, ...(route.isSend ? { wait: 'sent' } : {}) });
      const form = new FormData();
      if (file) {
        for (const [name, value] of Object.entries(body ?? {})) form.append(name, String(value));
        form.append(file.field, new Blob([new Uint8Array(file.data)]), file.name);
      }
      const answer = await gateway.call(route.method, `${address}?${search}`, file ? { form } : { body });
      expect(answer.body, operation).toMatchObject({ code: 'SUCCESS', message: expect.any(String) });
      expect(answer.status, operation).toBe(200);
      expect(route.results.parse(answer.body.results), operation).toEqual(answer.body.results);
      if (results !== undefined) expect(answer.body.results, operation).toMatchObject(results as object);
      answered.set(operation, answer.body.message);
    }
    const untried = gowaRoutes
      .map(({ method, path }) => `${method} ${path}`)
      .filter((one) => !answered.has(one));
    expect(untried).toEqual([]);
    // She has got what each route says, and not just any file.
    const files = shop.vera.messages.flatMap(({ media, fromMe }) => (media && !fromMe ? [media] : []));
    expect(files).toMatchObject([
      { kind: 'image' },
      { kind: 'video', mimetype: 'video/mp4', seconds: 2 },
      { kind: 'video', mimetype: 'video/mp4', seconds: 2 },
      { kind: 'audio', seconds: 2 },
      { kind: 'voice', mimetype: 'audio/ogg; codecs=opus', seconds: 2 },
      { kind: 'document', fileName: 'bill.txt' },
      { kind: 'sticker', mimetype: 'image/webp' },
    ]);
  }, 60_000);

  it('are all there, or the page about them says why not', async () => {
    const shop = await startShop();
    const { app } = await startGateway(shop.manager);
    const served = new Set(app.routeTable.map(({ method, path }) => `${method} ${path}`));
    const page = readFileSync(new URL('../../docs/gowa-compatibility.md', import.meta.url), 'utf8');
    expect(DOCUMENTED.length).toBe(89);
    for (const operation of DOCUMENTED)
      if (!served.has(operation)) expect(page, operation).toContain(`| \`${operation}\``);
  });

  it('list the participants of a group as a table that runs nothing', async () => {
    const { manager, simulator } = await startShop();
    const eve = simulator.addContact({ phone: '15550004', name: '=cmd|calc' });
    const group = await manager.act('group.create', { subject: 'Cats', participants: [eve.jid] });
    await eve.send(group.jid, 'hello');
    await expect
      .poll(() => manager.act('contact.list', {}))
      .toContainEqual(expect.objectContaining({ name: '=cmd|calc' }));
    const gateway = await startGateway(manager);
    const { body, headers } = await gateway.call('GET', `/group/participants/export?group_id=${group.jid}`);
    expect(headers.get('content-type')).toContain('text/csv');
    expect(body).toContain('"jid","phone_number","lid","display_name","is_admin","is_super_admin"');
    expect(body).toContain(`"'=cmd|calc"`);
  });
});
