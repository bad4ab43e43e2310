import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { proto } from '@whiskeysockets/baileys';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createSimulator, type Simulator, type SimulatorEvents } from './simulator.js';
import { pairedClient, TestClient, textOf } from './test-client.js';
import { endTestSimulator, startTestSimulator } from './test-simulator.js';

const { SERVER_ACK, DELIVERY_ACK, READ } = proto.WebMessageInfo.Status;
const ANN = '15550100001';
const BOB = '15550100002';
const VERA = '15550100003';

let simulator: Simulator;

beforeEach(async () => {
  simulator = await startTestSimulator({ receiptDelayMs: 120 });
  return () => endTestSimulator(simulator);
});

function next<K extends keyof SimulatorEvents>(name: K): Promise<SimulatorEvents[K][0]> {
  return new Promise((resolve) =>
    simulator.once(name, ((happening: SimulatorEvents[K][0]) => resolve(happening)) as never),
  );
}

/** The texts a client got in the order it got them, each as often as it did. */
function texts(client: TestClient): (string | undefined)[] {
  return client.messages.filter(({ key }) => !key.fromMe).map(textOf);
}

describe('A Baileys client', () => {
  it('pairs by QR and comes up without a stanza that the simulator does not know', async () => {
    const client = await pairedClient(simulator, ANN, 'Ann');
    expect(client.auth.creds.me).toMatchObject({ id: `${ANN}:1@s.whatsapp.net`, name: 'Ann' });
    await client.until('history', () => client.events.find(({ name }) => name === 'messaging-history.set'));
    expect(simulator.statistics()).toMatchObject({ unknownStanzas: 0, unknown: [], faults: 0 });
  });

  it('gets what a contact writes, from its LID and with its phone number', async () => {
    const client = await pairedClient(simulator, ANN);
    const contact = simulator.addContact({ phone: VERA, name: 'Vera' });
    await contact.send(ANN, 'hi');
    const { key, pushName } = await client.message('hi');
    expect({ key, pushName }).toMatchObject({
      key: { remoteJid: contact.lid, remoteJidAlt: contact.jid, fromMe: false },
      pushName: 'Vera',
    });
    await contact.waitForMessage(({ text, delivery }) => text === 'hi' && delivery === 'delivered');
    await client.socket.readMessages([key]);
    await contact.waitForMessage(({ text, delivery }) => text === 'hi' && delivery === 'read');
  });

  it('writes to a contact and hears that it was taken, delivered and read', async () => {
    const client = await pairedClient(simulator, ANN);
    const contact = simulator.addContact({ phone: VERA, name: 'Vera' });
    const id = await client.send(contact.jid, 'hello Vera');
    await contact.waitForMessage(({ text }) => text === 'hello Vera');
    for (const status of [SERVER_ACK, DELIVERY_ACK, READ]) await client.status(id, status);
    await vi.waitFor(() => expect(simulator.phoneMessages(ANN)[0]?.delivery).toBe('read'));
    expect(simulator.phoneMessages(ANN)).toMatchObject([
      { id, fromMe: true, chat: contact.jid, delivery: 'read' },
    ]);
  });

  it('goes on with a contact in both directions, by PN and by LID', async () => {
    const client = await pairedClient(simulator, ANN);
    const contact = simulator.addContact({ phone: VERA, name: 'Vera' });
    for (const round of [1, 2, 3]) {
      await contact.send(ANN, `ping ${round}`);
      await client.message(`ping ${round}`);
      await client.send(contact.jid, `pong ${round} to PN`);
      await client.send(contact.lid, `pong ${round} to LID`);
      await contact.waitForMessage(({ text }) => text === `pong ${round} to LID`);
    }
    expect(contact.messages.filter(({ fromMe }) => !fromMe)).toHaveLength(6);
  });

  it('chats with a client of another account', async () => {
    const ann = await pairedClient(simulator, ANN, 'Ann');
    const bob = await pairedClient(simulator, BOB, 'Bob');
    const id = await ann.send(`${BOB}@s.whatsapp.net`, 'hello Bob');
    const { key } = await bob.message('hello Bob');
    await ann.status(id, DELIVERY_ACK);
    await bob.socket.readMessages([key]);
    await ann.status(id, READ);
    await bob.send(key.remoteJid ?? '', 'hello Ann');
    expect((await ann.message('hello Ann')).pushName).toBe('Bob');
    expect(simulator.statistics()).toMatchObject({ unknownStanzas: 0, faults: 0 });
  });

  it('sees what its own phone writes', async () => {
    const client = await pairedClient(simulator, ANN);
    const contact = simulator.addContact({ phone: VERA, name: 'Vera' });
    await simulator.sendFromPhone(ANN, VERA, 'from the phone');
    const { key } = await client.message('from the phone');
    expect(key).toMatchObject({ fromMe: true, remoteJid: contact.lid });
    await contact.waitForMessage(({ text }) => text === 'from the phone');
  });

  it('is asked for pre-keys when few are left, and uploads more', async () => {
    const client = await pairedClient(simulator, ANN);
    const uploaded = client.auth.creds.nextPreKeyId - 1;
    expect(uploaded).toBe(812);
    const user = { tag: 'user', attrs: { jid: `${ANN}:1@s.whatsapp.net` } };
    const key = { tag: 'key', attrs: {}, content: Array.from({ length: uploaded }, () => user) };
    const attrs = { to: '@s.whatsapp.net', type: 'get', xmlns: 'encrypt' };
    await client.socket.query({ tag: 'iq', attrs, content: [key] });
    await client.until('new pre-keys', () => client.auth.creds.nextPreKeyId - 1 > uploaded);
  });

  it('finds out who is on WhatsApp', async () => {
    const client = await pairedClient(simulator, ANN);
    simulator.addContact({ phone: VERA, name: 'Vera' });
    const found = await client.socket.onWhatsApp(`+${VERA}`, '+15559999999');
    expect(found?.filter(({ exists }) => exists)).toMatchObject([{ jid: `${VERA}@s.whatsapp.net` }]);
  });

  it('gets what it missed at its next login: in order, once', async () => {
    const client = await pairedClient(simulator, ANN);
    const contact = simulator.addContact({ phone: VERA, name: 'Vera' });
    await contact.send(ANN, 'before');
    await client.message('before');
    const left = next('connection');
    client.disconnect();
    await left;
    for (const text of ['one', 'two', 'three']) await contact.send(ANN, text);
    client.connect();
    await client.message('three');
    await contact.waitForMessage(({ text, delivery }) => text === 'three' && delivery === 'delivered');
    const again = next('connection');
    client.disconnect();
    await again;
    const reopened = client.connect().open();
    await reopened;
    await contact.send(ANN, 'after');
    await client.message('after');
    expect(texts(client)).toEqual(['before', 'one', 'two', 'three', 'after']);
  });

  it('is told that it was replaced when its credentials connect a second time', async () => {
    const client = await pairedClient(simulator, ANN);
    const twin = new TestClient(simulator.endpoint.ws, client.auth).connect();
    expect(await client.closed()).toBe(440);
    await twin.until('open', () =>
      twin.events.find(
        ({ name, value }) =>
          name === 'connection.update' && 'connection' in value && value.connection === 'open',
      ),
    );
  });

  it('is cut off for good when its phone unlinks it', async () => {
    const client = await pairedClient(simulator, ANN);
    simulator.unlink(ANN, 1);
    expect(await client.closed()).toBe(401);
    expect(simulator.account(ANN).devices).toEqual([]);
    const again = new TestClient(simulator.endpoint.ws, client.auth).connect();
    expect(await again.closed()).toBe(401);
  });

  it('logs out by itself', async () => {
    const client = await pairedClient(simulator, ANN);
    const unlinked = next('unlinked');
    await client.socket.logout();
    expect(await unlinked).toMatchObject({ phone: ANN, deviceId: 1 });
    expect(simulator.account(ANN).devices).toEqual([]);
  });

  it.each([402, 403, 405, 411, 428, 440, 500, 503] as const)(
    'sees a connection that breaks with %i',
    async (code) => {
      const client = await pairedClient(simulator, ANN);
      expect(simulator.closeConnection(ANN, code)).toBe(1);
      expect(await client.closed()).toBe(code);
    },
  );
});

describe('Two devices of one account', () => {
  it('both get what is written to it, and each what the other sends', async () => {
    const first = await pairedClient(simulator, ANN);
    const contact = simulator.addContact({ phone: VERA, name: 'Vera' });
    await first.send(contact.jid, 'from the first, before there is a second');
    const second = await pairedClient(simulator, ANN);
    expect(simulator.account(ANN).devices).toMatchObject([
      { id: 1, connected: true },
      { id: 2, connected: true },
    ]);
    await contact.send(ANN, 'to both');
    await Promise.all([first.message('to both'), second.message('to both')]);
    await first.send(contact.jid, 'from the first');
    const copy = await second.message('from the first');
    expect(copy.key).toMatchObject({ fromMe: true, remoteJid: contact.jid });
  });
});

describe('A device that is linked while others chat', () => {
  it.each(['PN', 'LID'] as const)('gets what they write from then on, to the %s', async (space) => {
    const ann = await pairedClient(simulator, ANN, 'Ann');
    const bob = await pairedClient(simulator, BOB, 'Bob');
    const { jid, lid } = simulator.account(ANN);
    const to = space === 'PN' ? jid : lid;
    await bob.send(to, 'to the first');
    await ann.message('to the first');
    const second = await pairedClient(simulator, ANN, 'Ann');
    await bob.until('the device notice', () => simulator.account(BOB).devices[0]?.queued === 0);
    await bob.send(to, 'to both');
    await Promise.all([ann.message('to both'), second.message('to both')]);
    simulator.unlink(ANN, 2);
    await bob.send(to, 'to the first again');
    await ann.message('to the first again');
  });
});

describe('A message that cannot be decrypted', () => {
  it('is asked for again by a contact, and arrives once', async () => {
    const client = await pairedClient(simulator, ANN);
    const contact = simulator.addContact({ phone: VERA, name: 'Vera' });
    await client.send(contact.jid, 'first');
    await contact.waitForMessage(({ text }) => text === 'first');
    await client.spoilSession(contact.lid);
    const receipt = next('receipt');
    await client.send(contact.jid, 'second');
    expect(await receipt).toMatchObject({ type: 'retry', from: VERA, to: ANN });
    await contact.waitForMessage(({ text }) => text === 'second');
    expect(contact.messages.filter(({ text }) => text === 'second')).toHaveLength(1);
  });

  it('is sent again by a contact when the client asks for it', async () => {
    const client = await pairedClient(simulator, ANN);
    const contact = simulator.addContact({ phone: VERA, name: 'Vera' });
    await contact.send(ANN, 'first');
    await client.message('first');
    await client.send(contact.lid, 'answer');
    await contact.waitForMessage(({ text, delivery }) => text === 'answer' && delivery === 'read');
    await client.forgetSessions();
    const receipt = next('receipt');
    await contact.send(ANN, 'second');
    expect(await receipt).toMatchObject({ type: 'retry', from: ANN, to: VERA });
    await client.message('second');
    await contact.waitForMessage(({ text, delivery }) => text === 'second' && delivery === 'delivered');
    await vi.waitFor(() => expect(simulator.account(ANN).devices).toMatchObject([{ queued: 0 }]));
  });
});

describe('A simulator with a data directory', () => {
  let dataDir: string;

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'wharf-simulator-'));
  });

  afterEach(async () => {
    await simulator.close();
    await rm(dataDir, { recursive: true });
  });

  it('keeps devices, sessions, chats and undelivered messages across a restart', async () => {
    await simulator.close();
    simulator = await createSimulator({ dataDir, receiptDelayMs: 1 });
    const { noiseRootPublicKey } = simulator.endpoint;
    const client = await pairedClient(simulator, ANN);
    const contact = simulator.addContact({ phone: VERA, name: 'Vera' });
    await client.send(contact.jid, 'before');
    await contact.waitForMessage(({ text, delivery }) => text === 'before' && delivery === 'read');
    const left = next('connection');
    client.disconnect();
    await left;
    await contact.send(ANN, 'while away');
    await simulator.close();

    simulator = await createSimulator({ dataDir, receiptDelayMs: 1 });
    expect(simulator.endpoint.noiseRootPublicKey).toBe(noiseRootPublicKey);
    client.ws = simulator.endpoint.ws;
    await client.connect().message('while away');
    const sameContact = simulator.contact(VERA);
    expect(sameContact.messages.map(({ text }) => text)).toEqual(['before', 'while away']);
    await client.send(contact.jid, 'after');
    await sameContact.waitForMessage(({ text }) => text === 'after');
    await sameContact.send(ANN, 'and back');
    await client.message('and back');
  });

  it('writes files that only their owner can read', async () => {
    await simulator.close();
    simulator = await createSimulator({ dataDir });
    simulator.addContact({ phone: VERA, name: 'Vera' });
    await simulator.close();
    const [account] = await readdir(join(dataDir, 'accounts'));
    for (const file of ['server.json', join('accounts', account ?? '')]) {
      expect((await stat(join(dataDir, file))).mode & 0o777).toBe(0o600);
    }
  });
});

describe('A QR code', () => {
  it('is refused when its client is gone', async () => {
    const client = new TestClient(simulator.endpoint.ws).connect();
    const qr = await client.qr();
    client.disconnect();
    await vi.waitFor(() => expect(simulator.statistics().connectionsOpen).toBe(0));
    await expect(simulator.scan(qr)).rejects.toMatchObject({
      httpStatus: 410,
      message: 'That QR code has expired: show a new one and scan again.',
    });
  });

  it('is accepted without the link in front of it, and only once', async () => {
    const client = new TestClient(simulator.endpoint.ws).connect();
    const qr = (await client.qr()).replace(/^.*#/, '');
    expect(await simulator.scan(qr)).toMatchObject({ phone: expect.stringMatching(/^\d+$/) });
    await expect(simulator.scan(qr)).rejects.toMatchObject({ httpStatus: 409 });
  });

  it.each(['', 'hello', 'a,b,c,d,1'])('is refused when it is no QR code: "%s"', async (qr) => {
    await expect(simulator.scan(qr)).rejects.toMatchObject({ httpStatus: 400 });
  });
});
