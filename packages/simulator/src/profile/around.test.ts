import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Contact } from '../accounts/contact.js';
import { createSimulator, type Simulator } from '../simulator.js';
import { connectedClients, pairedClient, type TestClient } from '../test-client.js';

const ANN = '15550100001';
const BOB = '15550100002';
const VERA = '15550100003';
const OLGA = '15550100004';
const JPEG = Buffer.from('ffd8ffe000104a46494600010100000100010000ffd9', 'hex');
const trustedBefore = tls.getCACertificates('default');

let simulator: Simulator;
let client: TestClient;
let vera: Contact;

beforeEach(async () => {
  vi.spyOn(console, 'info').mockImplementation(() => {});
  vi.spyOn(console, 'warn').mockImplementation(() => {});
  simulator = await createSimulator({ receiptDelayMs: 1 });
  client = await pairedClient(simulator, ANN, 'Ann');
  vera = simulator.addContact({ phone: VERA, name: 'Vera' });
  await vera.send(ANN, 'hi');
  await client.message('hi');
});

afterEach(async () => {
  for (const each of connectedClients) each.disconnect();
  expect(simulator.statistics()).toMatchObject({ unknownStanzas: 0, faults: 0 });
  await simulator.close();
  tls.setDefaultCACertificates(trustedBefore);
});

/** Waits until the client sees somebody in a state, at or after the event with this number. */
function sees(state: string, since = 0): Promise<true> {
  return client.until(state, () =>
    client.events
      .slice(since)
      .some(({ name, value }) => name === 'presence.update' && JSON.stringify(value).includes(`"${state}"`)),
  );
}

describe('Presence', () => {
  it('is seen by a client that subscribes: online, typing, recording, away with the time', async () => {
    await client.socket.presenceSubscribe(vera.lid);
    await sees('unavailable');
    vera.presence.set('available');
    await sees('available');
    vera.presence.type(ANN);
    await sees('composing');
    vera.presence.type(ANN, 'recording');
    await sees('recording');
    const since = client.events.length;
    vera.presence.set('unavailable');
    await sees('unavailable', since);
    expect(JSON.stringify(client.events.at(-1))).toContain('lastSeen');
  });

  it('is not seen before it subscribes, nor by one that is away', async () => {
    vera.presence.set('available');
    await client.socket.sendPresenceUpdate('unavailable');
    await client.socket.fetchBlocklist(); // the server has seen what came before
    vera.presence.type(ANN);
    await vera.send(ANN, 'marker');
    await client.message('marker');
    expect(client.events.filter(({ name }) => name === 'presence.update')).toEqual([]);
  });

  it('of a client is seen by a contact', async () => {
    vera.presence.watch(ANN);
    await vi.waitFor(() => expect(vera.presence.of(ANN)).toMatchObject({ state: 'available' }));
    await client.socket.sendPresenceUpdate('composing', vera.lid);
    await vi.waitFor(() => expect(vera.presence.of(ANN)).toEqual({ state: 'composing' }));
    await client.socket.sendPresenceUpdate('recording', vera.jid);
    await vi.waitFor(() => expect(vera.presence.of(ANN)).toEqual({ state: 'recording' }));
    await client.socket.sendPresenceUpdate('paused', vera.jid);
    await vi.waitFor(() => expect(vera.presence.of(ANN)).toEqual({ state: 'paused' }));
    client.disconnect();
    await vi.waitFor(() =>
      expect(vera.presence.of(ANN)).toMatchObject({ state: 'unavailable', lastSeenAt: expect.any(Number) }),
    );
  });
});

describe('A profile', () => {
  it('has a picture that others can fetch, unless the owner hides it', async () => {
    tls.setDefaultCACertificates([...trustedBefore, simulator.caCertificate]);
    await expect(client.socket.profilePictureUrl(vera.jid)).rejects.toMatchObject({ data: 404 });
    vera.profile.setPicture(JPEG);
    await client.until('the notice', () =>
      client.events.some((event) => event.name === 'contacts.update' && event.value[0]?.imgUrl === 'changed'),
    );
    const url = await client.socket.profilePictureUrl(vera.jid, 'image');
    const answer = await fetch(url ?? '');
    expect(answer.headers.get('content-type')).toBe('image/jpeg');
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(JPEG);
    vera.profile.setPrivacy('profile', 'none');
    await expect(client.socket.profilePictureUrl(vera.jid)).rejects.toMatchObject({ data: 401 });
    vera.profile.setPrivacy('profile', 'contacts');
    vera.settings.saveContact(ANN, { fullName: 'Ann' });
    expect(await client.socket.profilePictureUrl(vera.jid)).toBe(url);
  });

  it('of the client shows the picture and the text that the client sets', async () => {
    const white = { width: 8, height: 8, channels: 3, background: 'white' } as const;
    const { default: sharp } = await import('sharp');
    const png = await sharp({ create: white }).png().toBuffer();
    await client.socket.updateProfilePicture(`${ANN}@s.whatsapp.net`, png);
    const ann = simulator.phone(ANN);
    expect(ann.profile.pictureUrl).toContain(simulator.endpoint.media);
    await client.socket.removeProfilePicture(`${ANN}@s.whatsapp.net`);
    expect(ann.profile.pictureUrl).toBeUndefined();
    await client.socket.updateProfileStatus('At work');
    expect(ann.profile.about).toBe('At work');
    vera.profile.setAbout('Busy');
    expect(await client.socket.fetchStatus(vera.jid)).toMatchObject([{ status: { status: 'Busy' } }]);
  });

  it('of a business says what it is; a person has none', async () => {
    expect(await client.socket.getBusinessProfile(vera.jid)).toBeUndefined();
    vera.profile.setBusiness({ description: 'Bakery', email: 'a@example.com', category: 'Food' });
    expect(await client.socket.getBusinessProfile(vera.jid)).toMatchObject({
      wid: vera.jid,
      description: 'Bakery',
      email: 'a@example.com',
      category: 'Food',
    });
  });
});

describe('Settings of the account', () => {
  it('are read and changed by the client: privacy and disappearing messages', async () => {
    expect(await client.socket.fetchPrivacySettings(true)).toMatchObject({
      readreceipts: 'all',
      last: 'all',
    });
    await client.socket.updateLastSeenPrivacy('contacts');
    await client.socket.updateReadReceiptsPrivacy('none');
    expect(await client.socket.fetchPrivacySettings(true)).toMatchObject({
      readreceipts: 'none',
      last: 'contacts',
    });
    expect(simulator.phone(ANN).profile.privacy).toMatchObject({ last: 'contacts' });
    await expect(client.socket.updateOnlinePrivacy('nonsense' as never)).rejects.toMatchObject({ data: 400 });
    await client.socket.updateDefaultDisappearingMode(86_400);
    expect(await client.socket.fetchDisappearingDuration(`${ANN}@s.whatsapp.net`)).toMatchObject([
      { disappearing_mode: { duration: 86_400 } },
    ]);
  });

  it('block people: what they write no longer arrives, and the other device hears of it', async () => {
    const second = await pairedClient(simulator, ANN);
    await client.socket.updateBlockStatus(vera.jid, 'block');
    expect(await client.socket.fetchBlocklist()).toEqual([vera.lid]);
    await second.until('the notice', () => second.events.some(({ name }) => name === 'blocklist.update'));
    await vera.send(ANN, 'blocked');
    simulator.phone(ANN).profile.block(VERA, false);
    await client.until('the notice', () =>
      client.events.some(
        ({ name, value }) => name === 'blocklist.update' && JSON.stringify(value).includes('remove'),
      ),
    );
    await vera.send(ANN, 'let in');
    await client.message('let in');
    expect(client.messages.map(({ message }) => message?.conversation)).not.toContain('blocked');
    expect(vera.messages.find(({ text }) => text === 'blocked')).toMatchObject({ delivery: 'server' });
  });
});

describe('A call', () => {
  const callStates = () =>
    client.events.flatMap((event) => (event.name === 'call' ? event.value.map(({ status }) => status) : []));

  it('rings at the client, which rejects it', async () => {
    const { id } = vera.calls.offer(ANN, { isVideo: true });
    const [call] = await client.until('the call', () => {
      const event = client.events.find(({ name }) => name === 'call');
      return event?.name === 'call' ? event.value : undefined;
    });
    expect(call).toMatchObject({ id, from: vera.lid, callerPn: vera.jid, isVideo: true, status: 'offer' });
    await client.socket.rejectCall(id, call?.from ?? '');
    await vi.waitFor(() => expect(vera.calls.all).toMatchObject([{ id, state: 'rejected' }]));
  });

  it.each([
    ['is ended by the caller', 'ended', 'terminate'],
    ['rings out', 'missed', 'timeout'],
  ] as const)('%s', async (_what, state, status) => {
    const { id } = vera.calls.offer(ANN);
    await client.until('the call', () => callStates().includes('offer'));
    vera.calls.end(id, state);
    await client.until(status, () => callStates().includes(status));
    expect(() => vera.calls.end(id)).toThrow('has no call');
  });

  it('stops ringing at the client when the phone takes it', async () => {
    const { id } = vera.calls.offer(ANN);
    await client.until('the call', () => callStates().includes('offer'));
    simulator.phone(ANN).calls.accept(id);
    await client.until('the end', () => callStates().includes('terminate'));
    expect(vera.calls.all).toMatchObject([{ state: 'accepted' }]);
  });

  it('to a group rings at everybody in it, and goes on when one declines', async () => {
    const olga = simulator.addContact({ phone: OLGA, name: 'Olga' });
    const { jid } = simulator.groups.create({ by: VERA, subject: 'Friends', members: [ANN, OLGA] });
    const { id } = vera.calls.offer(jid, { isVideo: true });
    const call = await client.until('the call', () =>
      client.events
        .flatMap((event) => (event.name === 'call' ? event.value : []))
        .find((one) => one.id === id),
    );
    expect(call).toMatchObject({ from: vera.lid, isGroup: true, groupJid: jid, isVideo: true });
    expect(olga.calls.all).toMatchObject([{ id, to: jid, state: 'ringing' }]);
    await client.socket.rejectCall(id, call.from);
    olga.calls.accept(id);
    await vi.waitFor(() => expect(vera.calls.all).toMatchObject([{ id, state: 'accepted' }]));
    vera.calls.end(id);
    await client.until('the end', () => callStates().includes('terminate'));
    const { jid: other } = simulator.groups.create({ by: VERA, subject: 'Two', members: [OLGA] });
    expect(() => simulator.phone(ANN).calls.offer(other)).toThrow('is not in the group');
  });

  it('does not ring at an account that has blocked the caller, nor at others', async () => {
    const bob = await pairedClient(simulator, BOB);
    simulator.phone(ANN).profile.block(VERA);
    vera.calls.offer(ANN);
    vera.calls.offer(BOB);
    await bob.until('the call', () => bob.events.some(({ name }) => name === 'call'));
    expect(callStates()).toEqual([]);
  });
});

describe('A simulator with a data directory', () => {
  it('keeps files, pictures, the CA, settings and profiles across a restart', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'wharf-around-'));
    const first = await createSimulator({ dataDir, receiptDelayMs: 1 });
    const { ca } = first.endpoint;
    const { caCertificate } = first;
    first.addContact({ phone: ANN, name: 'Ann' });
    const sender = first.addContact({ phone: VERA, name: 'Vera' });
    const { id } = await sender.attachments.send(ANN, { kind: 'image', data: JPEG });
    const gone = await sender.attachments.send(ANN, { kind: 'image', data: Buffer.from('gone') });
    await first.contact(ANN).waitForMessage((message) => message.id === gone.id);
    await sender.attachments.expire(gone.id);
    sender.settings.pin(ANN);
    sender.profile.setPicture(JPEG);
    sender.profile.block(ANN);
    await first.close();

    const second = await createSimulator({ dataDir, receiptDelayMs: 1 });
    const restored = second.contact(VERA);
    expect(second.endpoint.ca).toBe(ca);
    expect(second.caCertificate).toBe(caCertificate);
    const chunks: Buffer[] = [];
    for await (const chunk of second.contact(ANN).attachments.download(id)) chunks.push(chunk);
    expect(Buffer.concat(chunks)).toEqual(JPEG);
    expect(() => second.contact(ANN).attachments.download(gone.id)).toThrow('no longer has');
    expect(restored.settings.chat(ANN).isPinned).toBe(true);
    expect(restored.profile.blocked).toEqual([`${ANN}@s.whatsapp.net`]);
    tls.setDefaultCACertificates([...trustedBefore, caCertificate]);
    expect((await fetch(restored.profile.pictureUrl ?? '')).status).toBe(200);
    await second.close();
    await rm(dataDir, { recursive: true });
  });
});

describe('A privacy token', () => {
  const tokenOf = async ({ auth }: TestClient, lid: string) =>
    (await auth.keys.get('tctoken', [lid]))[lid]?.token;
  const sentTo = (to: string) =>
    simulator.waitFor(
      'stanza',
      ({ direction, stanza }) => direction === 'in' && stanza.tag === 'message' && stanza.attrs.to === to,
    );

  it('comes from a phone that writes, and the client shows it when it answers', async () => {
    const token = await vi.waitFor(async () => {
      const known = await tokenOf(client, vera.lid);
      expect(known).toHaveLength(16);
      return known;
    });
    const [{ stanza }] = await Promise.all([sentTo(vera.lid), client.send(vera.lid, 'hi')]);
    const shown = Array.isArray(stanza.content) && stanza.content.find(({ tag }) => tag === 'tctoken');
    expect(shown && Buffer.from(shown.content as Uint8Array)).toEqual(Buffer.from(token ?? []));
  });

  it('of one client reaches the other', async () => {
    const bob = await pairedClient(simulator, BOB, 'Bob');
    await client.send(simulator.account(BOB).lid, 'hi Bob');
    await bob.message('hi Bob');
    await vi.waitFor(async () => expect(await tokenOf(bob, simulator.account(ANN).lid)).toHaveLength(16));
  });
});
