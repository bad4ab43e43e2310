import { cpSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Manager, openManager } from '@wharf/core';
import { CipherLedger, type Simulator } from '@wharf/simulator';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/storage.js';
import { link, startManager, startSimulator, stateOf, watch } from '../support/world.js';

const SHOP = '15550001';
const VERA = '15550009';

async function talk(manager: Manager, simulator: Simulator, texts: string[]): Promise<void> {
  const vera = simulator.contact(VERA);
  const [group] = simulator.groups.list();
  for (const [to, text] of texts.flatMap(
    (text) =>
      [
        [VERA, text],
        [group?.jid ?? '', `${text} to all`],
      ] as const,
  )) {
    const item = await manager.send('shop', { to, text });
    expect(await manager.waitForSend('shop', item.messageId)).toMatchObject({ state: 'sent' });
    await vera.waitForMessage((message) => message.text === text, { timeoutMs: 10_000 });
  }
}

/** The book of the keys that the device encrypts with. */
function keepBook(simulator: Simulator): CipherLedger {
  const ledger = new CipherLedger();
  simulator.on('stanza', ({ direction, stanza }) => {
    if (direction === 'in' && stanza.tag === 'message') ledger.note(stanza);
  });
  return ledger;
}

/** A device that has spoken with Vera, stopped, with a copy of its storage from before it spoke again. */
async function usedStorage(simulator: Simulator) {
  const storage = temporaryFolder();
  const backup = join(temporaryFolder(), 'backup');
  simulator.addContact({ phone: VERA, name: 'Vera' });
  const first = await openManager({ storage, endpoint: simulator.endpoint });
  await first.createDevice({ id: 'shop' });
  await link(first, simulator, 'shop', SHOP);
  simulator.groups.create({ by: VERA, subject: 'Cats', members: [SHOP] });
  await talk(first, simulator, ['one', 'two']);
  await first.close();
  cpSync(storage, backup, { recursive: true });
  const second = await openManager({ storage, endpoint: simulator.endpoint });
  await stateOf(second, 'shop', (state) => state.name === 'connected' && !state.isSyncing);
  await talk(second, simulator, ['three', 'four']);
  await second.close();
  return { storage, backup };
}

describe('a session that was restored from a backup', () => {
  it.each([
    ['alone', 'sessions'],
    ['with the whole folder', '.'],
  ])('is noticed, %s; it says so, and goes on with new keys in both directions', async (_, part) => {
    const simulator = await startSimulator();
    const ledger = keepBook(simulator);
    const { storage, backup } = await usedStorage(simulator);
    rmSync(join(storage, part), { recursive: true });
    cpSync(join(backup, part), join(storage, part), { recursive: true });

    const logged: string[] = [];
    const note = (text: string) => void logged.push(text);
    const manager = await startManager(simulator, {
      storage,
      logger: { debug: note, info: note, warn: note, error: note },
    });
    const heard = watch(manager, { name: 'after the restoration' });
    await stateOf(manager, 'shop', (state) => state.name === 'connected' && !state.isSyncing);
    const told = watch(manager, { startAt: 'beginning' });
    await told.until('the log says so', (events) => events.some(({ type }) => type === 'session.restored'));
    expect(told.events.find(({ type }) => type === 'session.restored')).toMatchObject({
      deviceId: 'shop',
      jid: `${SHOP}@s.whatsapp.net`,
      payload: { retired: expect.any(Number) },
    });
    expect(logged.join('\n')).toContain('restored');

    await talk(manager, simulator, ['five', 'six']);
    await simulator.contact(VERA).send(SHOP, 'seven');
    await heard.until('what others write is read', () => heard.texts().includes('seven'));
    await manager.close();

    expect(ledger.size).toBeGreaterThan(5);
    expect(ledger.reused).toEqual([]);

    // Once: the next start has nothing to notice.
    const next = await startManager(simulator, { storage });
    await stateOf(next, 'shop', (state) => state.name === 'connected' && !state.isSyncing);
    const all = watch(next, { startAt: 'beginning' });
    await talk(next, simulator, ['eight']);
    await all.until('the log was read', (events) =>
      events.some((event) => event.type === 'message.delivery' && event.payload.delivery !== 'server'),
    );
    expect(all.events.filter(({ type }) => type === 'session.restored')).toHaveLength(1);
  });

  it('is told from a storage that was moved', async () => {
    const simulator = await startSimulator();
    const { storage } = await usedStorage(simulator);
    const moved = join(temporaryFolder(), 'moved');
    renameSync(storage, moved);
    expect(readdirSync(join(moved, 'sessions'))).toHaveLength(1);
    const manager = await startManager(simulator, { storage: moved });
    const all = watch(manager, { startAt: 'beginning' });
    await stateOf(manager, 'shop', (state) => state.name === 'connected' && !state.isSyncing);
    await talk(manager, simulator, ['five']);
    await all.until('the log was read', (events) => events.some(({ type }) => type === 'message.delivery'));
    expect(all.events.filter(({ type }) => type === 'session.restored')).toEqual([]);
  });
});
