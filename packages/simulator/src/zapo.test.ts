import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createSimulator, type Simulator } from './simulator.js';
import { connectedClients, pairedClient } from './test-client.js';
import { pairedZapo, zapoClients } from './test-zapo.js';

const ANN = '15550100001';
const BOB = '15550100002';
const VERA = '15550100003';

let simulator: Simulator;

beforeEach(async () => {
  vi.spyOn(console, 'info').mockImplementation(() => {});
  simulator = await createSimulator({ receiptDelayMs: 1 });
});

afterEach(async () => {
  for (const client of connectedClients) client.disconnect();
  await Promise.all([...zapoClients].map((zapo) => zapo.disconnect()));
  zapoClients.clear();
  await simulator.close();
});

describe('A client that shares no code with Baileys', () => {
  it('pairs by QR and comes back in one round trip', async () => {
    const zapo = await pairedZapo(simulator, ANN, 'Ann');
    expect(simulator.account(ANN).devices).toMatchObject([{ id: 1, connected: true }]);
    expect(zapo.credentials?.serverStaticKey).toBeDefined();
    expect(simulator.statistics()).toMatchObject({ faults: 0, resumed: 1, unknown: [] });
    await zapo.disconnect();
    await zapo.client.connect();
    await zapo.loggedIn(2);
    expect(simulator.statistics()).toMatchObject({ faults: 0, resumed: 2 });
  });

  it('exchanges texts with a virtual contact', async () => {
    const zapo = await pairedZapo(simulator, ANN, 'Ann');
    const vera = simulator.addContact({ phone: VERA, name: 'Vera' });
    await zapo.client.sendMessage(vera.jid, 'hello Vera');
    await vera.waitForMessage(({ text }) => text === 'hello Vera');
    await vera.send(ANN, 'hello Ann');
    await zapo.message('hello Ann');
    await vera.waitForMessage(({ text, delivery }) => text === 'hello Ann' && delivery !== 'server');
  });

  it('exchanges texts with a Baileys client', async () => {
    const zapo = await pairedZapo(simulator, ANN, 'Ann');
    const baileys = await pairedClient(simulator, BOB, 'Bob');
    await zapo.client.sendMessage(`${BOB}@s.whatsapp.net`, 'hello Bob');
    const { key } = await baileys.message('hello Bob');
    await baileys.send(key.remoteJid ?? '', 'hello Ann');
    await zapo.message('hello Ann');
    await zapo.client.sendMessage(`${BOB}@s.whatsapp.net`, 'how are you?');
    await baileys.message('how are you?');
    await baileys.send(key.remoteJid ?? '', 'fine');
    await zapo.message('fine');
    expect(simulator.statistics()).toMatchObject({ faults: 0, unknown: [] });
  });
});
