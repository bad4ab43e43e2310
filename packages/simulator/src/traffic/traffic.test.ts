import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createSimulator, type Simulator } from '../simulator.js';
import { connectedClients, pairedClient, textOf } from '../test-client.js';

const ANN = '15550100001';
let simulator: Simulator;

beforeEach(async () => {
  vi.spyOn(console, 'info').mockImplementation(() => {});
  vi.spyOn(console, 'warn').mockImplementation(() => {});
  simulator = await createSimulator({ receiptDelayMs: 1 });
});

afterEach(async () => {
  for (const each of connectedClients) each.disconnect();
  await simulator.close();
});

it('Traffic of many contacts reaches a Baileys client, in order, decryptable, confirmed', async () => {
  const client = await pairedClient(simulator, ANN);
  const traffic = await simulator.prepareTraffic({ to: ANN, contacts: 10, messages: 5 });
  expect(traffic.count).toBe(50);
  expect(await traffic.run({ timeoutMs: 10_000 })).toMatchObject({ messages: 50, confirmed: 50 });
  await client.message('Message 5 of Traffic 10');
  const ofOne = client.messages.filter(({ pushName }) => pushName === 'Traffic 3').map(textOf);
  expect(ofOne).toEqual([1, 2, 3, 4, 5].map((round) => `Message ${round} of Traffic 3`));
});

it('Traffic is refused for an account without devices', async () => {
  simulator.addContact({ phone: ANN, name: 'Ann' });
  const prepared = simulator.prepareTraffic({ to: ANN, contacts: 1, messages: 1 });
  await expect(prepared).rejects.toMatchObject({ code: 'NO_DEVICE' });
});
