import { get } from 'node:https';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createSimulator, type Simulator } from '../simulator.js';
import { connectedClients, pairedClient } from '../test-client.js';

const ANN = '15550100001';
const VERA = '15550100003';

let simulator: Simulator;

beforeEach(async () => {
  vi.spyOn(console, 'info').mockImplementation(() => {});
  simulator = await createSimulator({ receiptDelayMs: 20 });
  simulator.addContact({ phone: VERA, name: 'Vera' });
});

afterEach(async () => {
  for (const client of connectedClients) client.disconnect();
  await simulator.close();
});

it('A Baileys client makes a newsletter and posts, and a contact that follows it gets the post', async () => {
  const ann = await pairedClient(simulator, ANN, 'Ann');
  const { id: jid, name } = await ann.socket.newsletterCreate('News', 'of the day');
  expect(name).toBe('News');
  simulator.newsletters.follow(jid, VERA);
  await ann.send(jid, 'first post');
  await simulator.contact(VERA).waitForMessage(({ text, chat }) => text === 'first post' && chat === jid);
  await ann.socket.newsletterUpdateName(jid, 'Better news');
  expect(simulator.newsletters.get(jid)).toMatchObject({ name: 'Better news', posts: [{ serverId: 1 }] });
  await expect(simulator.contact(VERA).send(jid, 'mine')).rejects.toMatchObject({ httpStatus: 403 });
  expect(simulator.statistics()).toMatchObject({ unknownStanzas: 0, faults: 0 });
});

it('A Baileys client follows the newsletter of a contact, reads, reacts and leaves', async () => {
  const ann = await pairedClient(simulator, ANN, 'Ann');
  const { jid, inviteCode } = simulator.newsletters.create({ by: VERA, name: 'News' });
  const found = await ann.socket.newsletterMetadata('invite', inviteCode);
  expect(found).toMatchObject({ id: jid, thread_metadata: { name: { text: 'News' } } });
  await ann.socket.newsletterFollow(jid);
  await ann.socket.newsletterMute(jid);
  expect(await ann.socket.newsletterSubscribers(jid)).toMatchObject({ subscribers: 1 });
  await simulator.contact(VERA).send(jid, 'extra');
  const { key } = await ann.message('extra');
  expect(key).toMatchObject({ remoteJid: jid, server_id: '1' });
  await ann.socket.subscribeNewsletterUpdates(jid);
  await ann.socket.newsletterReactMessage(jid, '1', '👍');
  expect(simulator.newsletters.get(jid).posts).toMatchObject([{ reactions: { '👍': 1 } }]);
  const answer = await ann.socket.newsletterFetchMessages(jid, 10, 0, 0);
  expect(JSON.stringify(answer)).toContain('"code":"👍"');
  await ann.socket.newsletterUnfollow(jid);
  expect(simulator.newsletters.get(jid).followers).toEqual([]);
  await expect(ann.socket.newsletterFollow('1@newsletter')).rejects.toThrow('no newsletter');
  expect(simulator.statistics()).toMatchObject({ unknownStanzas: 0, faults: 0 });
});

it('A newsletter has a picture that followers see', async () => {
  const ann = await pairedClient(simulator, ANN, 'Ann');
  const { id: jid } = await ann.socket.newsletterCreate('News', 'of the day');
  const picture = Buffer.from('ffd8ffe000104a46494600010100000100010000ffd9', 'hex');
  // What newsletterUpdatePicture sends once it has made the picture smaller, for which it needs a library of its own.
  await ann.socket.newsletterUpdate(jid, { picture: picture.toString('base64') });
  const found = await ann.socket.newsletterMetadata('jid', jid);
  expect(found).toMatchObject({ thread_metadata: { picture: { id: expect.stringMatching(/^\d+$/) } } });
  const { pictureUrl = '' } = simulator.newsletters.get(jid);
  const ca = simulator.caCertificate;
  const fetched = await new Promise<Buffer>((resolve, reject) => {
    get(pictureUrl, { ca }, (response) => buffer(response).then(resolve, reject)).on('error', reject);
  });
  expect(fetched).toEqual(picture);
  await ann.socket.newsletterRemovePicture(jid);
  expect(simulator.newsletters.get(jid).pictureUrl).toBeUndefined();
});

it('A newsletter has several admins, another owner, and an end', async () => {
  const ann = await pairedClient(simulator, ANN, 'Ann');
  const vera = simulator.contact(VERA);
  const { jid } = simulator.newsletters.create({ by: VERA, name: 'News' });
  await ann.socket.newsletterFollow(jid);
  await expect(ann.socket.newsletterUpdateName(jid, 'Mine')).rejects.toThrow('no admin');
  const changed = (name: string, fits: (value: never) => boolean) =>
    ann.until(name, () => ann.events.some((event) => event.name === name && fits(event.value as never)));

  simulator.newsletters.changeRole(jid, VERA, 'promote', ANN);
  await changed(
    'newsletter-participants.update',
    ({ id, action, new_role: role }) => id === jid && action === 'promote' && role === 'ADMIN',
  );
  expect(await ann.socket.newsletterAdminCount(jid)).toBe(2);
  await ann.send(jid, 'by the other admin');
  await vera.waitForMessage(({ text, chat }) => text === 'by the other admin' && chat === jid);
  await ann.socket.newsletterUpdateName(jid, 'Our news');
  await changed(
    'newsletter-settings.update',
    ({ update }) => (update as { name?: string }).name === 'Our news',
  );

  await expect(ann.socket.newsletterDelete(jid)).rejects.toThrow('does not own');
  simulator.newsletters.changeRole(jid, VERA, 'changeOwner', ANN);
  await ann.socket.newsletterDemote(jid, vera.lid);
  await expect(vera.send(jid, 'mine')).rejects.toMatchObject({ code: 'NOT_NEWSLETTER_ADMIN' });
  simulator.newsletters.changeRole(jid, ANN, 'promote', VERA);
  await ann.socket.newsletterChangeOwner(jid, vera.lid);
  expect(simulator.newsletters.get(jid)).toMatchObject({
    owner: vera.jid,
    admins: [`${ANN}@s.whatsapp.net`],
  });
  await ann.socket.newsletterDemote(jid, `${ANN}@s.whatsapp.net`);
  simulator.newsletters.changeRole(jid, VERA, 'promote', ANN);
  simulator.newsletters.changeRole(jid, VERA, 'changeOwner', ANN);
  await ann.socket.newsletterDelete(jid);
  expect(simulator.newsletters.list()).toEqual([]);
  await expect(ann.socket.newsletterMetadata('jid', jid)).rejects.toThrow('no newsletter');
  expect(simulator.statistics()).toMatchObject({ unknownStanzas: 0, faults: 0 });
});
