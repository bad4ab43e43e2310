import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createSimulator, type Simulator } from '../simulator.js';
import { connectedClients, pairedClient, textOf } from '../test-client.js';
import { pairedZapo, zapoClients } from '../test-zapo.js';
import { readTrafficVolume } from './volume.js';

const ANN = '15550100001';
let simulator: Simulator;

beforeEach(async () => {
  vi.spyOn(console, 'info').mockImplementation(() => {});
  vi.spyOn(console, 'warn').mockImplementation(() => {});
  simulator = await createSimulator({ receiptDelayMs: 1 });
});

afterEach(async () => {
  for (const each of connectedClients) each.disconnect();
  await Promise.all([...zapoClients].map((each) => each.disconnect()));
  await simulator.close();
});

describe('Traffic', () => {
  it('of many contacts reaches a Baileys client, in order, decryptable, confirmed', async () => {
    const client = await pairedClient(simulator, ANN);
    const traffic = await simulator.prepareTraffic({ to: ANN, contacts: 10, messages: 5 });
    expect(traffic.count).toBe(50);
    expect(await traffic.run({ timeoutMs: 10_000 })).toMatchObject({ messages: 50, confirmed: 50 });
    await client.message('Message 5 of Traffic 10');
    const ofOne = client.messages.filter(({ pushName }) => pushName === 'Traffic 3').map(textOf);
    expect(ofOne).toEqual([1, 2, 3, 4, 5].map((round) => `Message ${round} of Traffic 3`));
  });

  it('in groups reaches a Baileys client, each text in its group, in order, confirmed', async () => {
    const client = await pairedClient(simulator, ANN);
    const traffic = await simulator.prepareTraffic({ to: ANN, groups: 3, members: 4, messages: 5 });
    expect(traffic.count).toBe(60);
    expect(await traffic.run({ timeoutMs: 10_000 })).toMatchObject({ messages: 60, confirmed: 60 });
    await client.message('Message 5 of Traffic 4 to Traffic group 3');
    const group = simulator.groups.list().find(({ subject }) => subject === 'Traffic group 2');
    const inOne = client.messages.filter(({ key }) => key.remoteJid === group?.jid).map(textOf);
    expect(inOne.filter((text) => text?.includes('Traffic 3 '))).toEqual(
      [1, 2, 3, 4, 5].map((round) => `Message ${round} of Traffic 3 to Traffic group 2`),
    );
    // And who wrote there goes on as anybody does: the phones, which got none of it, get the key with the next text.
    await simulator.phone('15557000003').send(group?.jid ?? '', 'by hand');
    await client.message('by hand');
    await simulator.phone(ANN).waitForMessage(({ text }) => text === 'by hand');
    expect(simulator.statistics()).toMatchObject({ unknownStanzas: 0, faults: 0 });
  });

  // One text of each: zapo 0.3.0 decrypts what arrives together at once, and a text may overtake its sender key.
  it('in groups reaches zapo as well', async () => {
    const zapo = await pairedZapo(simulator, ANN, 'Ann');
    const traffic = await simulator.prepareTraffic({ to: ANN, groups: 3, members: 4, messages: 1 });
    expect(await traffic.run({ timeoutMs: 10_000 })).toMatchObject({ messages: 12, confirmed: 12 });
    await zapo.message('Message 1 of Traffic 4 to Traffic group 3');
  });

  it('is refused for an account without devices, and for numbers that cannot be', async () => {
    simulator.addContact({ phone: ANN, name: 'Ann' });
    const prepared = simulator.prepareTraffic({ to: ANN, contacts: 1, messages: 1 });
    await expect(prepared).rejects.toMatchObject({ code: 'NO_DEVICE' });
    const tooMuch = simulator.prepareTraffic({ to: ANN, groups: 1_000, members: 1, messages: 2 });
    await expect(tooMuch).rejects.toMatchObject({ code: 'TRAFFIC_INVALID', httpStatus: 400 });
  });

  it('is described in short by what the command takes', () => {
    expect(readTrafficVolume('100x20')).toEqual({ contacts: 100, messages: 20 });
    expect(readTrafficVolume('10x50x20')).toEqual({ groups: 10, members: 50, messages: 20 });
    for (const text of ['', '5', '0x1', '1x1x1x1', '10x2000x1', '100x1x11', 'manyx1'])
      expect(() => readTrafficVolume(text)).toThrow('--traffic takes');
  });
});
