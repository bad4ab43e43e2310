import { proto } from '@whiskeysockets/baileys';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSimulator, type Simulator } from './simulator.js';
import { pairedClient } from './test-client.js';

const { SERVER_ACK, DELIVERY_ACK, READ } = proto.WebMessageInfo.Status;

let simulator: Simulator;

beforeEach(async () => {
  simulator = await createSimulator();
});

afterEach(() => simulator.close());

describe('A Baileys client', () => {
  it('pairs by QR and comes up without a stanza that the simulator does not know', async () => {
    const client = await pairedClient(simulator, '15550100001', 'Ann');
    expect(client.auth.creds.me).toMatchObject({ id: '15550100001:1@s.whatsapp.net', name: 'Ann' });
    await client.until('history', () => client.events.find(({ name }) => name === 'messaging-history.set'));
    expect(simulator.statistics()).toMatchObject({ unknownStanzas: 0, faults: 0 });
  });

  it('gets what a contact writes, from its LID and with its phone number', async () => {
    const client = await pairedClient(simulator, '15550100001');
    const contact = simulator.addContact({ phone: '15550100002', name: 'Vera' });
    await contact.send('15550100001', 'hi');
    const { key, pushName } = await client.message('hi');
    expect({ key, pushName }).toMatchObject({
      key: { remoteJid: contact.lid, remoteJidAlt: contact.jid, fromMe: false },
      pushName: 'Vera',
    });
  });

  it('writes to a contact and hears that it was taken, delivered and read', async () => {
    const client = await pairedClient(simulator, '15550100001');
    const contact = simulator.addContact({ phone: '15550100002', name: 'Vera' });
    const id = await client.send(contact.jid, 'hello Vera');
    await contact.waitForMessage(({ text }) => text === 'hello Vera');
    for (const status of [SERVER_ACK, DELIVERY_ACK, READ]) await client.status(id, status);
    expect(simulator.phoneMessages('15550100001')).toMatchObject([{ id, fromMe: true, chat: contact.jid }]);
  });
});
