import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createSimulator, type Simulator } from '../simulator.js';
import { pairedClient, type TestClient } from '../test-client.js';
import { endTestSimulator, startTestSimulator } from '../test-simulator.js';

const ANN = '15550100001';
const BOB = '15550100002';
const VERA = '15550100003';
const OLGA = '15550100004';
const pn = (phone: string) => `${phone}@s.whatsapp.net`;

let simulator: Simulator;

beforeEach(async () => {
  simulator = await startTestSimulator({ receiptDelayMs: 20 });
  simulator.addContact({ phone: VERA, name: 'Vera' });
  simulator.addContact({ phone: OLGA, name: 'Olga' });
  return () => endTestSimulator(simulator);
});

/** A group event of a client that fits. */
function event<T>(client: TestClient, name: string, fits: (value: T) => boolean): Promise<T> {
  return client.until(name, () => {
    for (const happening of client.events) {
      if (happening.name !== name) continue;
      const values = (Array.isArray(happening.value) ? happening.value : [happening.value]) as T[];
      const found = values.find(fits);
      if (found) return found;
    }
    return undefined;
  });
}

describe('A group of Baileys clients and contacts', () => {
  it.each(['lid', 'pn'] as const)('carries what each writes to all others (%s)', async (addressingMode) => {
    const ann = await pairedClient(simulator, ANN, 'Ann');
    const bob = await pairedClient(simulator, BOB, 'Bob');
    const vera = simulator.contact(VERA);
    const olga = simulator.contact(OLGA);
    const { jid } = simulator.groups.create({
      by: ANN,
      subject: 'Friends',
      members: [BOB, VERA, OLGA],
      addressingMode,
    });
    await event<{ id: string }>(bob, 'groups.upsert', ({ id }) => id === jid);
    for (const round of [1, 2]) {
      await ann.send(jid, `Ann ${round}`);
      await bob.message(`Ann ${round}`);
      await vera.waitForMessage(({ text, chat }) => text === `Ann ${round}` && chat === jid);
      await vera.send(jid, `Vera ${round}`);
      await Promise.all([ann.message(`Vera ${round}`), bob.message(`Vera ${round}`)]);
      await olga.waitForMessage(({ text }) => text === `Vera ${round}`);
      await bob.send(jid, `Bob ${round}`);
      await ann.message(`Bob ${round}`);
      await olga.waitForMessage(({ text, author }) => text === `Bob ${round}` && author === pn(BOB));
    }
    const { key } = await ann.message('Bob 2');
    const [id, alternative] =
      addressingMode === 'lid'
        ? [simulator.account(BOB).lid, simulator.account(BOB).jid]
        : [simulator.account(BOB).jid, simulator.account(BOB).lid];
    expect(key).toMatchObject({
      remoteJid: jid,
      participant: id,
      participantAlt: alternative,
      addressingMode,
    });
    expect(simulator.statistics()).toMatchObject({ unknownStanzas: 0, faults: 0 });
  });

  it('reaches the other devices and the phone of the one who writes', async () => {
    const first = await pairedClient(simulator, ANN, 'Ann');
    const second = await pairedClient(simulator, ANN, 'Ann');
    const { jid } = simulator.groups.create({ by: ANN, subject: 'Friends', members: [VERA] });
    await first.send(jid, 'from the first');
    expect((await second.message('from the first')).key.fromMe).toBe(true);
    await simulator.contact(VERA).waitForMessage(({ text }) => text === 'from the first');
    await vi.waitFor(() =>
      expect(simulator.phoneMessages(ANN)).toMatchObject([
        { text: 'from the first', fromMe: true, chat: jid },
      ]),
    );
    await simulator.sendFromPhone(ANN, jid, 'from the phone');
    expect((await first.message('from the phone')).key.fromMe).toBe(true);
    await second.message('from the phone');
  });

  it('says who got and who read a message', async () => {
    const ann = await pairedClient(simulator, ANN, 'Ann');
    const bob = await pairedClient(simulator, BOB, 'Bob');
    const vera = simulator.contact(VERA);
    const { jid } = simulator.groups.create({ by: ANN, subject: 'Friends', members: [BOB, VERA] });
    const id = await ann.send(jid, 'hello');
    const { key } = await bob.message('hello');
    type Update = { key: { id?: string | null }; receipt: { userJid?: string; readTimestamp?: number } };
    await event<Update>(
      ann,
      'message-receipt.update',
      (update) => update.receipt.userJid === vera.lid && update.receipt.readTimestamp !== undefined,
    );
    expect(simulator.phoneMessages(ANN)).toMatchObject([{ receipts: { [vera.jid]: 'read' } }]);
    await bob.socket.readMessages([key]);
    await vi.waitFor(() =>
      expect(simulator.phoneMessages(ANN)).toMatchObject([
        { id, delivery: 'read', receipts: { [vera.jid]: 'read', [pn(BOB)]: 'read' } },
      ]),
    );
    await vera.send(jid, 'and back');
    const answer = await ann.message('and back');
    await ann.socket.readMessages([answer.key]);
    await vera.waitForMessage(({ receipts }) => receipts?.[pn(ANN)] === 'read');
  });

  it('gives a new sender key after somebody left, who can read nothing more', async () => {
    const ann = await pairedClient(simulator, ANN, 'Ann');
    const vera = simulator.contact(VERA);
    const olga = simulator.contact(OLGA);
    const { jid } = simulator.groups.create({ by: ANN, subject: 'Friends', members: [VERA, OLGA] });
    await vera.send(jid, 'with Olga');
    await olga.waitForMessage(({ text }) => text === 'with Olga');
    expect(simulator.groups.changeMembers(jid, ANN, 'remove', [OLGA])).toEqual([
      { person: olga.jid, status: 200 },
    ]);
    await vera.send(jid, 'without Olga');
    await ann.message('without Olga');
    await expect(olga.send(jid, 'hello?')).rejects.toMatchObject({ httpStatus: 403 });
    expect(olga.messages.map(({ text }) => text)).toEqual(['with Olga']);
  });
});

describe('Somebody who is not in a group', () => {
  it('gets no message of it, not even by asking again for one', async () => {
    const bob = await pairedClient(simulator, BOB, 'Bob');
    const vera = simulator.contact(VERA);
    const { jid } = simulator.groups.create({ by: VERA, subject: 'Secret', members: [OLGA] });
    const { id } = await vera.send(jid, 'secret');
    const receipts: string[] = [];
    simulator.on('receipt', (receipt) => receipt.id === id && receipts.push(receipt.from));
    const retry = { tag: 'retry', attrs: { count: '1', id, t: '1', v: '1' } };
    const attrs = { id, to: jid, participant: vera.lid, type: 'retry' };
    await bob.socket.sendNode({ tag: 'receipt', attrs, content: [retry] });
    await expect(bob.socket.groupMetadata(jid)).rejects.toThrow('forbidden');
    await bob.send(vera.jid, 'let me in');
    await vera.waitForMessage(({ text }) => text === 'let me in');
    await vera.send(BOB, 'no');
    await bob.message('no');
    expect(bob.messages.some(({ key }) => key.id === id)).toBe(false);
    expect(receipts).not.toContain(BOB);
  });
});

describe('A simulator with a data directory', () => {
  it('keeps groups and sender keys across a restart', async () => {
    await simulator.close();
    const dataDir = await mkdtemp(join(tmpdir(), 'wharf-simulator-'));
    try {
      simulator = await createSimulator({ dataDir, receiptDelayMs: 1 });
      const vera = simulator.addContact({ phone: VERA, name: 'Vera' });
      const ann = await pairedClient(simulator, ANN, 'Ann');
      const { jid } = simulator.groups.create({ by: ANN, subject: 'Friends', members: [VERA] });
      await ann.send(jid, 'before');
      await vera.waitForMessage(({ text }) => text === 'before');
      await vera.send(jid, 'likewise');
      await ann.message('likewise');
      await simulator.close();
      simulator = await createSimulator({ dataDir, receiptDelayMs: 1 });
      ann.ws = simulator.endpoint.ws;
      const opened = ann.connect().open();
      await opened;
      await ann.send(jid, 'after');
      await simulator.contact(VERA).waitForMessage(({ text }) => text === 'after');
      await simulator.contact(VERA).send(jid, 'and back');
      await ann.message('and back');
      expect(simulator.groups.list()).toMatchObject([{ jid, subject: 'Friends' }]);
    } finally {
      await simulator.close();
      await rm(dataDir, { recursive: true });
    }
  });
});

describe('A group message that cannot be decrypted', () => {
  it('is asked for again by a client, and arrives', async () => {
    const ann = await pairedClient(simulator, ANN, 'Ann');
    const vera = simulator.contact(VERA);
    const { jid } = simulator.groups.create({ by: ANN, subject: 'Friends', members: [VERA] });
    await vera.send(jid, 'first');
    await ann.message('first');
    await vera.send(jid, { kind: 'text', text: 'spoiled' }, { undecryptable: 'once' });
    await ann.message('spoiled');
    await vera.send(jid, 'third');
    await ann.message('third');
  });

  it('is asked for again by a contact, and arrives once', async () => {
    const ann = await pairedClient(simulator, ANN, 'Ann');
    const vera = simulator.contact(VERA);
    await ann.send(vera.lid, 'direct');
    await vera.waitForMessage(({ text, delivery }) => text === 'direct' && delivery === 'read');
    await ann.spoilSession(vera.lid);
    const retries: string[] = [];
    simulator.on('receipt', ({ type, from }) => type === 'retry' && retries.push(from));
    const { jid } = simulator.groups.create({ by: ANN, subject: 'Friends', members: [VERA, OLGA] });
    await ann.send(jid, 'to the group');
    await Promise.all(
      [vera, simulator.contact(OLGA)].map((member) =>
        member.waitForMessage(({ text }) => text === 'to the group'),
      ),
    );
    expect(retries).toEqual([VERA]);
    await ann.send(jid, 'once more');
    await vera.waitForMessage(({ text }) => text === 'once more');
    expect(vera.messages.map(({ text }) => text)).toEqual(['direct', 'to the group', 'once more']);
  });
});

describe('A client that writes the sender key to both addresses of a device', () => {
  it.each(['lid', 'pn'] as const)(
    'reaches it once, in the address space of the group (%s)',
    async (addressingMode) => {
      const ann = await pairedClient(simulator, ANN, 'Ann');
      await pairedClient(simulator, BOB, 'Bob');
      const { jid } = simulator.groups.create({ by: ANN, subject: 'Two', members: [BOB], addressingMode });
      const { lid } = simulator.account(BOB);
      const key = (to: string, content: string) => ({
        tag: 'to',
        attrs: { jid: to.replace('@', ':1@') },
        content: [{ tag: 'enc', attrs: { v: '2', type: 'msg' }, content: Buffer.from(content) }],
      });
      const delivered = simulator.waitFor(
        'stanza',
        ({ direction, stanza, jid: to }) =>
          direction === 'out' &&
          stanza.tag === 'message' &&
          stanza.attrs.id === 'TWICE' &&
          !!to?.startsWith(BOB),
      );
      // As zapo 0.3.0 does where it knows both.
      await ann.socket.sendNode({
        tag: 'message',
        attrs: { id: 'TWICE', to: jid, type: 'text', addressing_mode: 'lid' },
        content: [
          { tag: 'participants', attrs: {}, content: [key(pn(BOB), 'for pn'), key(lid, 'for lid')] },
          { tag: 'enc', attrs: { v: '2', type: 'skmsg' }, content: Buffer.from('for all') },
        ],
      });
      const { content } = (await delivered).stanza;
      const parts = (Array.isArray(content) ? content : []).map((part) => String(part.content));
      expect(parts).toEqual([`for ${addressingMode}`, 'for all']);
    },
  );
});
