import tls from 'node:tls';
import { type BaileysEventMap, proto } from '@whiskeysockets/baileys';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Contact } from '../accounts/contact.js';
import { createSimulator, type Simulator } from '../simulator.js';
import { connectedClients, TestClient } from '../test-client.js';
import { redirectMediaTo } from '../test-redirect.js';

const ANN = '15550100001';
const VERA = '15550100003';
const OLGA = '15550100004';
const { INITIAL_BOOTSTRAP, RECENT, FULL, PUSH_NAME, ON_DEMAND } = proto.HistorySync.HistorySyncType;
const trustedBefore = tls.getCACertificates('default');

let simulator: Simulator;
let vera: Contact;
let phone: Contact;

beforeEach(async () => {
  vi.spyOn(console, 'info').mockImplementation(() => {});
  vi.spyOn(console, 'warn').mockImplementation(() => {});
  simulator = await createSimulator({ receiptDelayMs: 1 });
  simulator.addContact({ phone: ANN, name: 'Ann', autoRead: false });
  vera = simulator.addContact({ phone: VERA, name: 'Vera' });
  phone = simulator.phone(ANN);
  for (const round of [1, 2, 3, 4, 5, 6]) {
    await vera.send(ANN, `ping ${round}`);
    await phone.waitForMessage(({ text }) => text === `ping ${round}`);
    await phone.send(VERA, `pong ${round}`);
  }
  await simulator.addContact({ phone: OLGA, name: 'Olga' }).send(ANN, 'hello');
  await phone.waitForMessage(({ text }) => text === 'hello');
});

afterEach(async () => {
  for (const each of connectedClients) each.disconnect();
  await simulator.close();
  tls.setDefaultCACertificates(trustedBefore);
});

type History = BaileysEventMap['messaging-history.set'];

function histories(client: TestClient, since = 0): History[] {
  return client.events
    .slice(since)
    .flatMap((event) => (event.name === 'messaging-history.set' ? [event.value] : []));
}

/** Waits until a client has got so many messages in histories; Baileys leaves out those it has had before. */
function historyOf(client: TestClient, count: number, since = 0): Promise<History[]> {
  return client.until(`${count} messages of history`, () => {
    const parts = histories(client, since);
    return parts.flatMap(({ messages }) => messages).length >= count && parts;
  });
}

/** A client that takes every kind of history. */
async function linkedClient(config: TestClient['config'] = {}): Promise<TestClient> {
  const all = { shouldSyncHistoryMessage: () => true, ...config };
  const client = new TestClient(simulator.endpoint.ws, undefined, all).connect();
  await simulator.scan(await client.qr(), { phone: ANN });
  await client.until('the first sync', () => client.auth.creds.accountSyncCounter > 0);
  return client;
}

describe('A device that is linked to a phone with chats', () => {
  it('gets a long past that was put there', async () => {
    const texts = Array.from({ length: 150 }, (_, index) => `long ago ${index}`);
    phone.addPast(OLGA, texts);
    expect(() => phone.addPast('15550109999', texts)).toThrow('Nobody has the address 15550109999.');
    const client = await linkedClient();
    const past = () =>
      histories(client).flatMap(({ messages }) =>
        messages.flatMap(({ message }) => message?.conversation ?? []).filter((text) => texts.includes(text)),
      );
    // The first part shows the last few of them, and the next part all.
    await client.until('the past', () => new Set(past()).size === texts.length);
  });

  it('gets the last messages of each chat, then names, then all of them', async () => {
    phone.settings.archive(OLGA);
    const client = await linkedClient();
    const set = await historyOf(client, 13);
    const messages = set.flatMap((part) => part.messages);
    expect(messages.find(({ message }) => message?.conversation === 'ping 1')).toMatchObject({
      key: { remoteJid: vera.lid, fromMe: false },
      pushName: 'Vera',
    });
    expect(messages.find(({ message }) => message?.conversation === 'pong 6')).toMatchObject({
      key: { remoteJid: vera.lid, fromMe: true },
    });
    const chats = set.flatMap((part) => part.chats);
    expect(chats.find(({ id }) => id === vera.lid)).toMatchObject({ name: 'Vera', pnJid: vera.jid });
    expect(chats.find(({ archived }) => archived)).toMatchObject({ name: 'Olga', unreadCount: 1 });
    expect(set.flatMap((part) => part.contacts)).toContainEqual(
      expect.objectContaining({ id: vera.lid, notify: 'Vera' }),
    );
    const id = await client.send(vera.jid, 'and on');
    await vera.waitForMessage((message) => message.id === id);
    expect(simulator.statistics()).toMatchObject({ unknownStanzas: 0, faults: 0 });
  });

  it('gets what is older when it asks', async () => {
    simulator.configureSync({ history: 'off' });
    const client = await linkedClient();
    const third = phone.messages.find(({ text }) => text === 'ping 3');
    const key = { remoteJid: vera.lid, id: third?.id ?? '', fromMe: false };
    const session = await client.socket.fetchMessageHistory(3, key, third?.at ?? 0);
    const { messages, peerDataRequestSessionId } = await client.until('what is older', () =>
      histories(client).find(({ syncType }) => syncType === ON_DEMAND),
    );
    expect(peerDataRequestSessionId).toBe(session);
    expect(messages.map(({ message }) => message?.conversation)).toEqual(['pong 2', 'ping 2', 'pong 1']);
  });

  it.each([
    ['INITIAL_BOOTSTRAP', INITIAL_BOOTSTRAP],
    ['RECENT', RECENT],
    ['FULL', FULL],
    ['PUSH_NAME', PUSH_NAME],
  ] as const)('can be sent %s at any time', async (kind, syncType) => {
    simulator.configureSync({ history: 'off' });
    const client = await linkedClient();
    const since = client.events.length;
    await phone.sendHistory(1, kind);
    const later = await client.until(kind, () =>
      histories(client, since).find((part) => part.syncType === syncType && part.contacts.length > 0),
    );
    const { messages, contacts } = later;
    expect(messages).toHaveLength(kind === 'PUSH_NAME' ? 0 : kind === 'INITIAL_BOOTSTRAP' ? 6 : 13);
    expect(contacts).toHaveLength(2);
  });

  it('fetches it from the media host where it is told to', async () => {
    simulator.configureSync({ history: 'external' });
    tls.setDefaultCACertificates([...trustedBefore, simulator.caCertificate]);
    const options = await redirectMediaTo(simulator.endpoint.media);
    const client = await linkedClient({ options, syncFullHistory: true });
    await historyOf(client, 13);
  });

  it('gets snapshots of app state where it is told to', async () => {
    phone.settings.pin(VERA);
    phone.settings.saveContact(VERA, { fullName: 'Vera Smith' });
    simulator.configureSync({ appStateSnapshots: true });
    tls.setDefaultCACertificates([...trustedBefore, simulator.caCertificate]);
    const options = await redirectMediaTo(simulator.endpoint.media);
    const client = await linkedClient({ options });
    await client.until('the contact', () =>
      client.events.some(({ value }) => JSON.stringify(value ?? '').includes('Vera Smith')),
    );
    await client.socket.chatModify({ pin: false }, vera.lid);
    expect(phone.settings.chat(VERA).isPinned).toBe(false);
  });
});
