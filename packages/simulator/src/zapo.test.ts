import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { proto } from '@whiskeysockets/baileys/WAProto/index.js';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createKeyPair, isSignedBy } from './crypto/curve.js';
import { createSimulator, type Simulator } from './simulator.js';
import { bytesOf, childrenOf, type Stanza } from './stanza/node.js';
import { connectedClients, pairedClient } from './test-client.js';
import { pairedZapo, TestZapo, zapoClients } from './test-zapo.js';

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

describe('A message of a zapo client', () => {
  it('is sent again when its ack is lost, acknowledged then, and delivered once', async () => {
    const zapo = await pairedZapo(simulator, ANN, 'Ann');
    const vera = simulator.addContact({ phone: VERA, name: 'Vera' });
    // Any stanza with the id of the message settles it for zapo, receipts too.
    simulator.faults.add({ kind: 'drop', only: { tag: 'ack', class: 'message' }, times: 1 });
    simulator.faults.add({ kind: 'drop', only: { tag: 'receipt' }, forMs: 400 });
    const { attempts } = await zapo.client.sendMessage(vera.jid, 'once');
    expect(attempts).toBe(2);
    await zapo.client.sendMessage(vera.jid, 'and on');
    await vera.waitForMessage(({ text }) => text === 'and on');
    expect(vera.messages.filter(({ fromMe }) => !fromMe).map(({ text }) => text)).toEqual(['once', 'and on']);
  });

  it('comes back with the error when it is refused', async () => {
    const zapo = await pairedZapo(simulator, ANN, 'Ann');
    const vera = simulator.addContact({ phone: VERA, name: 'Vera' });
    simulator.faults.add({ kind: 'refuse-messages', code: 479, times: 1 });
    const { ackNode } = await zapo.client.sendMessage(vera.jid, 'refused');
    expect(ackNode.attrs).toMatchObject({ class: 'message', error: '479' });
    expect(vera.messages).toEqual([]);
  });
});

describe('A zapo client whose server has another key than it remembers', () => {
  it('is met by XXfallback, and remembers the new one', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'wharf-zapo-'));
    await simulator.close();
    simulator = await createSimulator({ dataDir, receiptDelayMs: 1 });
    const port = Number(new URL(simulator.endpoint.http).port);
    const zapo = await pairedZapo(simulator, ANN, 'Ann');
    const before = zapo.credentials?.serverStaticKey;
    await zapo.disconnect();
    await simulator.close();
    const { public: publicKey, private: privateKey } = createKeyPair();
    const file = join(dataDir, 'server.json');
    const state = JSON.parse(await readFile(file, 'utf8'));
    state.noise = {
      public: { $bytes: publicKey.toString('base64') },
      private: { $bytes: privateKey.toString('base64') },
    };
    await writeFile(file, JSON.stringify(state));
    simulator = await createSimulator({ dataDir, port, receiptDelayMs: 1 });
    await zapo.client.connect();
    await zapo.loggedIn(2);
    expect(before && Buffer.from(before).equals(publicKey)).toBe(false);
    expect(zapo.credentials?.serverStaticKey).toEqual(new Uint8Array(publicKey));
    expect(simulator.statistics()).toMatchObject({ connectionsOpened: 1, resumed: 0, faults: 0 });
    await rm(dataDir, { recursive: true });
  });
});

describe('A device list that changes', () => {
  it('is followed by a zapo client at once, both ways', async () => {
    const zapo = await pairedZapo(simulator, ANN, 'Ann');
    const to = `${BOB}@s.whatsapp.net`;
    const first = await pairedClient(simulator, BOB, 'Bob');
    await zapo.client.sendMessage(to, 'to the first');
    await first.message('to the first');
    const second = await pairedClient(simulator, BOB, 'Bob');
    await vi.waitFor(() => expect(simulator.account(ANN).devices).toMatchObject([{ queued: 0 }]));
    await zapo.client.sendMessage(to, 'to both');
    await Promise.all([first.message('to both'), second.message('to both')]);
    simulator.unlink(BOB, 1);
    await vi.waitFor(() => expect(simulator.account(ANN).devices).toMatchObject([{ queued: 0 }]));
    await zapo.client.sendMessage(to, 'to the second');
    await second.message('to the second');
  });

  it('comes with a list of key indexes that the phone has signed', async () => {
    const client = await pairedClient(simulator, ANN, 'Ann');
    const lists: Buffer[] = [];
    const noticed = (count: number) => client.until(`${count} notices`, () => lists.length >= count && lists);
    client.socket.ws.on('CB:notification,type:devices', (notice: Stanza) => {
      const change = childrenOf(notice)[0];
      lists.push(bytesOf(change, 'key-index-list') ?? Buffer.alloc(0));
      client.socket.ev.emit('connection.update', {});
    });
    await client.socket.onWhatsApp(`+${ANN}`);
    await client.socket.getUSyncDevices([`${ANN}@s.whatsapp.net`], false, false);
    await pairedClient(simulator, ANN, 'Ann');
    await noticed(1);
    const indexes = lists.map((bytes) => {
      const { details, accountSignature, accountSignatureKey } = proto.ADVSignedKeyIndexList.decode(bytes);
      const signed = Buffer.concat([Buffer.of(6, 2), details ?? Buffer.alloc(0)]);
      expect(isSignedBy(accountSignatureKey ?? signed, signed, accountSignature ?? signed)).toBe(true);
      return proto.ADVKeyIndexList.decode(details ?? signed).validIndexes;
    });
    expect(indexes[0]).toEqual([0, 1, 2]);
    simulator.unlink(ANN, 2);
    const [, , removal] = await noticed(3);
    const { details } = proto.ADVSignedKeyIndexList.decode(removal ?? Buffer.alloc(0));
    expect(proto.ADVKeyIndexList.decode(details ?? Buffer.alloc(0)).validIndexes).toEqual([0, 1]);
  });
});

it('A zapo client that is asked to shows a QR code with another secret, by which it can be linked', async () => {
  const zapo = new TestZapo(simulator);
  await zapo.client.connect();
  const first = await zapo.qr();
  simulator.rotateQr(first);
  const second = await zapo.until('another QR', () => {
    const shown = zapo.events.findLast(({ name }) => name === 'auth_qr');
    return shown?.name === 'auth_qr' && shown.value.qr !== first && shown.value.qr;
  });
  const [secretBefore, secret] = [first, second].map((qr) => qr.split(',')[3]);
  expect(secret).not.toBe(secretBefore);
  await simulator.scan(second, { phone: ANN, name: 'Ann' });
  await zapo.loggedIn();
});
