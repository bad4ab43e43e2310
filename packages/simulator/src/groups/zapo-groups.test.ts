import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createSimulator, type Simulator } from '../simulator.js';
import { connectedClients, pairedClient } from '../test-client.js';
import { pairedZapo, zapoClients } from '../test-zapo.js';

const ANN = '15550100001';
const BOB = '15550100002';
const VERA = '15550100003';

let simulator: Simulator;

beforeEach(async () => {
  vi.spyOn(console, 'info').mockImplementation(() => {});
  vi.spyOn(console, 'warn').mockImplementation(() => {});
  simulator = await createSimulator({ receiptDelayMs: 20 });
});

afterEach(async () => {
  for (const client of connectedClients) client.disconnect();
  for (const { client } of zapoClients) await client.disconnect();
  await simulator.close();
});

describe('A group with a zapo client, a Baileys client and a contact', () => {
  it.each(['lid', 'pn'] as const)('carries what each writes to the others (%s)', async (addressingMode) => {
    const zapo = await pairedZapo(simulator, ANN, 'Ann');
    const bob = await pairedClient(simulator, BOB, 'Bob');
    const vera = simulator.addContact({ phone: VERA, name: 'Vera' });
    const { jid } = simulator.groups.create({
      by: VERA,
      subject: 'All',
      members: [ANN, BOB],
      addressingMode,
    });
    const retries: string[] = [];
    simulator.on('receipt', ({ type, from }) => type === 'retry' && retries.push(from));
    for (const round of [1, 2]) {
      await zapo.client.sendMessage(jid, `zapo ${round}`);
      await Promise.all([
        bob.message(`zapo ${round}`),
        vera.waitForMessage(({ text }) => text === `zapo ${round}`),
      ]);
      await bob.send(jid, `Bob ${round}`);
      await Promise.all([
        zapo.message(`Bob ${round}`),
        vera.waitForMessage(({ text }) => text === `Bob ${round}`),
      ]);
      await vera.send(jid, `Vera ${round}`);
      await Promise.all([zapo.message(`Vera ${round}`), bob.message(`Vera ${round}`)]);
    }
    expect(retries).toEqual([]);
    expect(simulator.statistics()).toMatchObject({ faults: 0, unknown: [] });
  });

  it('is made by the zapo client', async () => {
    const zapo = await pairedZapo(simulator, ANN, 'Ann');
    const vera = simulator.addContact({ phone: VERA, name: 'Vera' });
    await zapo.client.group.createGroup('By zapo', [vera.jid]);
    const [group] = simulator.groups.list();
    expect(group).toMatchObject({ subject: 'By zapo', members: [{ phone: ANN }, { phone: VERA }] });
    await zapo.client.sendMessage(group?.jid ?? '', 'welcome');
    await vera.waitForMessage(({ text, chat }) => text === 'welcome' && chat === group?.jid);
  });
});
