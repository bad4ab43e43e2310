import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DeviceSettingsPatch, ManagerOptions, WharfEvent } from '@wharf/core';
import type { HistoryTransport } from '@wharf/simulator';
import { describe, expect, it } from 'vitest';
import { fastClock } from '../support/fast-clock.js';
import { trustMediaHost } from '../support/media-wire.js';
import { temporaryFolder } from '../support/storage.js';
import { link, startManager, startSimulator, watch } from '../support/world.js';

const SHOP = '15550001';
const VERA = '15550009';
const DAY_MS = 86_400_000;

/** A device of a phone to which Vera has written three texts before. */
async function shopWithPast(
  history: HistoryTransport,
  settings: DeviceSettingsPatch = {},
  options: Partial<ManagerOptions> = {},
) {
  const simulator = await startSimulator();
  simulator.configureSync({ history });
  simulator.addContact({ phone: SHOP, name: 'Ann', autoRead: false });
  const vera = simulator.addContact({ phone: VERA, name: 'Vera' });
  for (const text of ['tomatoes', 'potatoes', 'onions']) await vera.send(SHOP, text);
  await simulator.phone(SHOP).waitForMessage(({ text }) => text === 'onions');
  trustMediaHost(simulator);
  const storage = temporaryFolder();
  const manager = await startManager(simulator, { storage, ...options });
  await manager.createDevice({ id: 'shop' });
  await manager.updateSettings('shop', settings);
  const heard = watch(manager);
  await link(manager, simulator, 'shop', SHOP);
  return { simulator, storage, manager, vera, heard };
}

const progressIn = (events: WharfEvent[]) =>
  events.flatMap((event) => (event.type === 'history.progress' ? [event.payload] : []));
const told =
  (...syncTypes: string[]) =>
  (events: WharfEvent[]) =>
    syncTypes.every((wanted) => progressIn(events).some(({ syncType }) => syncType === wanted));

describe('a history in which something is wrong', () => {
  it.each([
    ['breaks off at its end', 'damaged', 'HISTORY_UNREADABLE', 3],
    ['has gone from the media host', 'expired', 'MEDIA_EXPIRED', 0],
  ] as const)(
    'that %s is told with its code, and what came before is kept',
    async (_, transport, code, kept) => {
      const { manager, vera, heard } = await shopWithPast(transport);
      await heard.until('all parts are given up', told('initial', 'names', 'recent'));
      expect(progressIn(heard.events).map(({ errorCode }) => errorCode)).toEqual([code, code, code]);
      expect(progressIn(heard.events).reduce((sum, { messages }) => sum + messages, 0)).toBe(kept);
      expect(await manager.listMessages('shop', VERA)).toHaveLength(kept);
      await vera.send(SHOP, 'and now');
      await heard.until('the new message is in the log', () => heard.texts().includes('and now'));
      expect(heard.texts()).toEqual(['and now']);
    },
  );

  it('that a phone does not send when it is asked is an error of the request', async () => {
    const { manager, vera, heard } = await shopWithPast('unanswered', {}, { clock: fastClock(20) });
    await vera.send(SHOP, 'and now');
    await heard.until('the new message is in the log', () => heard.texts().includes('and now'));
    await expect(manager.act('history.request', { chat: VERA })).rejects.toMatchObject({
      code: 'HISTORY_UNANSWERED',
      details: { requestId: expect.any(String) },
    });
  });
});

describe('a history', () => {
  it('leaves out what is older than the settings say, and keeps the chat', async () => {
    const clock = { ...fastClock(1), now: () => Date.now() + 2 * DAY_MS };
    const { manager, heard } = await shopWithPast('inline', { history: { maxDays: 1 } }, { clock });
    await heard.until('it has come', told('initial', 'recent'));
    expect(await manager.listMessages('shop', VERA)).toEqual([]);
    expect(await manager.act('chat.get', { chat: VERA })).toMatchObject({ name: 'Vera', unreadCount: 3 });
  });

  it('is answered by no rule, read by no setting, and encrypted where the storage is', async () => {
    const rule = { id: 'any', match: { type: 'any' }, reply: { text: 'hello' } };
    const settings = { autoReply: { rules: [rule] }, autoRead: { chats: 'all' } } as DeviceSettingsPatch;
    const key = { encryptionKey: 'a passphrase that is long enough' };
    const { storage, manager, vera, heard } = await shopWithPast('inline', settings, key);
    await heard.until('it has come', told('initial', 'recent'));
    await vera.send(SHOP, 'and now');
    await heard.until('the new message is answered', (events) =>
      events.some(({ type }) => type === 'automation.replied'),
    );
    expect(heard.events.filter(({ type }) => type === 'automation.replied')).toHaveLength(1);
    expect(heard.texts()).toEqual(['and now']);
    expect(await manager.listMessages('shop', VERA)).toHaveLength(5);
    for (const entry of readdirSync(storage, { recursive: true, withFileTypes: true }))
      if (entry.isFile())
        expect(readFileSync(join(entry.parentPath, entry.name)).includes('potatoes'), entry.name).toBe(false);
  });
});
