import type { ManagerOptions } from '@wharf/core';
import { describe, expect, it } from 'vitest';
import { startOther } from '../support/other-process.js';
import { temporaryFolder } from '../support/storage.js';
import { link, startManager, startSimulator, stateOf } from '../support/world.js';
import { actOf, VERA } from './shop.js';

describe('an action in a process that does not run the device', () => {
  it('is done by the one that does, which hands over what came of it or what went wrong', async () => {
    const simulator = await startSimulator();
    simulator.addContact({ phone: '15550009', name: 'Vera' });
    const options: ManagerOptions = { storage: temporaryFolder(), endpoint: simulator.endpoint };
    const setUp = await startManager(simulator, options);
    await setUp.createDevice({ id: 'shop' });
    await link(setUp, simulator, 'shop', '15550001');
    await setUp.close();
    await startOther(options);
    const worker = await startManager(simulator, { ...options, run: 'never' });
    await stateOf(worker, 'shop', (state) => state.name === 'connected' && !state.isSyncing);

    const created = await actOf(worker, 'group.create', { subject: 'Cats', participants: ['+1 555 0009'] });
    expect(created.participants.map(({ jid }) => jid)).toContain(VERA);
    expect(simulator.groups.get(created.jid)).toMatchObject({ subject: 'Cats' });
    await actOf(worker, 'chat.pin', { chat: VERA });
    expect(simulator.phone('15550001').settings.chat(VERA).isPinned).toBe(true);

    simulator.faults.add({ kind: 'refuse-queries', code: 429, only: { xmlns: 'w:g2' } });
    await expect(worker.act('group.get', { group: created.jid })).rejects.toMatchObject({
      code: 'ACTION_RATE_LIMITED',
      details: { refusal: 429 },
    });
  });
});
