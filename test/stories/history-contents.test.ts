import type { WharfEvent } from '@wharf/core';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/storage.js';
import { link, startManager, startSimulator, watch } from '../support/world.js';

const SHOP = '15550001';
const VERA = '15550009';
const WALTER = '15550008';
const jidOf = (phone: string) => `${phone}@s.whatsapp.net`;

const hasRecent = (events: WharfEvent[]) =>
  events.some((event) => event.type === 'history.progress' && event.payload.syncType === 'recent');

/** A phone with a poll, an event and a group, and people who have answered before the device is linked. */
async function phoneWithAnswers(sync: 'off' | 'recent' = 'recent') {
  const simulator = await startSimulator();
  simulator.addContact({ phone: SHOP, name: 'Ann', autoRead: false });
  const phone = simulator.phone(SHOP);
  const vera = simulator.addContact({ phone: VERA, name: 'Vera' });
  const walter = simulator.addContact({ phone: WALTER, name: 'Walter' });
  const group = simulator.groups.create({ by: VERA, subject: 'Cats', members: [SHOP, WALTER] });
  const seen = (isThere: Parameters<typeof phone.waitForMessage>[0]) => phone.waitForMessage(isThere);

  const poll = await vera.send(group.jid, { kind: 'poll', name: 'Lunch?', options: ['Yes', 'No'] });
  const event = await vera.send(SHOP, { kind: 'event', name: 'Party', startAt: Date.UTC(2030, 0, 1) });
  for (const { id } of [poll, event]) await seen((message) => message.id === id);
  await walter.waitForMessage(({ id }) => id === poll.id);
  await walter.send(group.jid, { kind: 'vote', of: poll.id, options: ['Yes'] });
  await phone.send(group.jid, { kind: 'vote', of: poll.id, options: ['No'] });
  await walter.send(group.jid, { kind: 'reaction', of: poll.id, emoji: '🐱' });
  await phone.send(VERA, { kind: 'eventResponse', of: event.id, response: 'maybe' });
  await vera.send(SHOP, { kind: 'reaction', of: event.id, emoji: '🎉' });
  await vera.send(SHOP, { kind: 'expiration', seconds: 86_400 });
  await seen(({ id, votes, reactions }) => id === poll.id && votes?.length === 2 && reactions?.length === 1);
  await seen((message) => message.id === event.id && message.reactions?.length === 1);
  const manager = await startManager(simulator, { storage: temporaryFolder() });
  const heard = watch(manager);
  await manager.createDevice({ id: 'shop' });
  await manager.updateSettings('shop', { history: { sync } });
  await link(manager, simulator, 'shop', SHOP);
  if (sync === 'recent') await heard.until('the history is stored', hasRecent);
  return { simulator, manager, heard, phone, vera, walter, group, poll, event };
}

describe('what people said before a device was linked', () => {
  it('is there with their messages, and what they say afterwards is opened all the same', async () => {
    const { manager, heard, vera, group, poll, event } = await phoneWithAnswers();
    const get = (messageId: string) => manager.act('message.get', { messageId });
    const asked = await get(poll.id);
    expect(asked.tally).toMatchObject([
      { option: 'Yes', voters: [{ jid: jidOf(WALTER), phone: WALTER, lid: expect.stringMatching(/@lid$/) }] },
      { option: 'No', voters: [{ jid: jidOf(SHOP) }] },
    ]);
    expect(asked.reactions).toMatchObject([{ by: { jid: jidOf(WALTER) }, emoji: '🐱' }]);
    expect(asked.message.sender).toMatchObject({ jid: jidOf(VERA), phone: VERA });
    expect(await get(event.id)).toMatchObject({
      responses: [{ by: { jid: jidOf(SHOP) }, response: 'maybe' }],
      reactions: [{ by: { jid: jidOf(VERA) }, emoji: '🎉' }],
    });
    expect(heard.events.filter(({ type }) => type === 'message')).toEqual([]);

    const vote = await vera.send(group.jid, { kind: 'vote', of: poll.id, options: ['Yes'] });
    await heard.until('the vote is in the log', (events) =>
      events.some(({ payload }) => 'id' in payload && payload.id === vote.id),
    );
    expect((await get(vote.id)).message.content).toMatchObject({ kind: 'poll_vote', options: ['Yes'] });
    expect((await get(poll.id)).tally?.[0]?.voters).toHaveLength(2);
  });

  it('opens a vote that came before its poll when the poll comes, and tells of it again', async () => {
    const { manager, heard, vera, phone, group, poll } = await phoneWithAnswers('off');
    const vote = await vera.send(group.jid, { kind: 'vote', of: poll.id, options: ['No'] });
    const told = () =>
      heard.events.flatMap(({ type, payload }) =>
        type === 'message' && 'content' in payload && payload.id === vote.id ? [payload.content] : [],
      );
    await heard.until('the vote is in the log', () => told().length === 1);
    expect(told()[0]).not.toHaveProperty('options');
    await manager.updateSettings('shop', { history: null });
    await phone.sendHistory(1, 'RECENT');
    await heard.until('it is told again', () => told().length === 2);
    expect(told()[1]).toMatchObject({ kind: 'poll_vote', target: { id: poll.id }, options: ['No'] });
    expect(heard.events.filter(({ type }) => type === 'message')).toHaveLength(2);
    const { tally } = await manager.act('message.get', { messageId: poll.id });
    expect(tally?.[1]?.voters).toContainEqual(expect.objectContaining({ jid: jidOf(VERA) }));
    // What is read once is not told a third time.
    await phone.sendHistory(1, 'RECENT');
    await vera.send(SHOP, 'and now');
    await heard.until('the text is there', () => heard.texts().includes('and now'));
    expect(told()).toHaveLength(2);
  });

  it('tells what is unread and when messages disappear, and both go on from there', async () => {
    const { simulator, manager, heard, phone, vera } = await phoneWithAnswers();
    const chat = () => manager.act('chat.get', { chat: VERA });
    expect(await chat()).toMatchObject({ unreadCount: 1, ephemeralMs: 86_400_000 });
    for (const text of ['one', 'two', 'three']) await vera.send(SHOP, text);
    await heard.until('the texts are there', () => heard.texts().length === 3);
    expect(await chat()).toMatchObject({ unreadCount: 4 });
    const [, second] = await manager.listMessages('shop', VERA);
    await manager.act('message.markRead', { messageIds: [second?.id ?? '', second?.id ?? ''] });
    expect(await chat()).toMatchObject({ unreadCount: 3 });
    // The phone reads the rest; what is read already counts once.
    phone.read(VERA);
    await expect.poll(async () => (await chat()).unreadCount).toBe(0);
    await vera.send(SHOP, { kind: 'expiration', seconds: 0 });
    await expect.poll(async () => (await chat()).ephemeralMs).toBe(0);
    await vera.send(SHOP, 'four');
    await heard.until('the fourth is there', () => heard.texts().includes('four'));
    const { unreadCount } = await chat();
    expect(unreadCount).toBeGreaterThan(0);
    await phone.send(VERA, 'an answer from the phone');
    await expect.poll(async () => (await chat()).unreadCount).toBe(0);
    await vera.send(SHOP, 'five');
    await heard.until('the fifth is there', () => heard.texts().includes('five'));
    await manager.act('chat.markRead', { chat: VERA });
    expect(await chat()).toMatchObject({ unreadCount: 0 });
    expect(simulator.statistics()).toMatchObject({ unknownStanzas: 0 });
  });
});
