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
