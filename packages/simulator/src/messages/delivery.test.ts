import { type AnyMessageContent, proto } from '@whiskeysockets/baileys';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Contact } from '../accounts/contact.js';
import type { Simulator } from '../simulator.js';
import { pairedClient, type TestClient } from '../test-client.js';
import { endTestSimulator, startTestSimulator } from '../test-simulator.js';

const ANN = '15550100001';
const VERA = '15550100003';
const OLGA = '15550100004';

let simulator: Simulator;
let ann: TestClient;
let vera: Contact;

beforeEach(async () => {
  simulator = await startTestSimulator({ receiptDelayMs: 20 });
  vera = simulator.addContact({ phone: VERA, name: 'Vera' });
  simulator.addContact({ phone: OLGA, name: 'Olga' });
  ann = await pairedClient(simulator, ANN, 'Ann');
  return () => endTestSimulator(simulator);
});

const sent = (content: AnyMessageContent, to = vera.lid) => ann.sendContent(to, content);

describe('Receipts', () => {
  it('of reading reach the other devices of the reader, and of playing the author', async () => {
    const second = await pairedClient(simulator, ANN, 'Ann');
    const { id } = await vera.send(ANN, 'read me');
    const { key } = await ann.received(id);
    await second.message('read me');
    await ann.socket.readMessages([key]);
    await second.until('the notice', () =>
      second.events.some(
        ({ name, value }) =>
          name === 'messages.update' &&
          value.some(({ key: { id: read }, update }) => read === id && update.status === 4),
      ),
    );
    await vera.waitForMessage(({ delivery }) => delivery === 'read');
    await ann.socket.sendReceipt(key.remoteJid ?? '', undefined, [id], 'played');
    await vera.waitForMessage(({ delivery }) => delivery === 'played');
    const answer = await sent({ text: 'listen' });
    await vera.waitForMessage((message) => message.id === answer.key.id && message.delivery === 'read');
    vera.play(ANN, answer.key.id);
    await ann.status(answer.key.id, proto.WebMessageInfo.Status.PLAYED);
  });
});

describe('Faults of a message on demand', () => {
  it.each(['once', 'always'] as const)('undecryptable: %s', async (undecryptable) => {
    await vera.send(ANN, 'first');
    await ann.message('first');
    const retries: string[] = [];
    simulator.on('receipt', (receipt) => receipt.type === 'retry' && retries.push(receipt.id));
    const { id } = await vera.send(ANN, 'spoiled', { undecryptable });
    if (undecryptable === 'once') await ann.message('spoiled');
    else {
      await ann.until('a placeholder', () =>
        ann.messages.some(({ key, messageStubType }) => key.id === id && messageStubType === 2),
      );
      await vera.send(ANN, 'next');
      await ann.message('next');
      expect(ann.messages.some(({ message }) => message?.conversation === 'spoiled')).toBe(false);
    }
    expect(retries).toContain(id);
  });

  it('overtaken and duplicated', async () => {
    await vera.send(ANN, 'first');
    await ann.message('first');
    await vera.send(ANN, 'second', { overtaken: true });
    await vera.send(ANN, 'third', { duplicated: true });
    await ann.message('second');
    await vera.send(ANN, 'fourth');
    await ann.message('fourth');
    const texts = ann.messages.map(({ message }) => message?.conversation).filter((text) => text);
    expect(texts).toEqual(['first', 'third', 'second', 'fourth']);
  });
});

describe('A status', () => {
  it('of a contact reaches those it chatted with, and one of a client those it names', async () => {
    await vera.send(ANN, 'hi');
    await ann.message('hi');
    await vera.send('status@broadcast', 'on holiday');
    const { key } = await ann.message('on holiday');
    expect(key).toMatchObject({ remoteJid: 'status@broadcast', participant: vera.lid });
    expect(simulator.contact(OLGA).messages).toEqual([]);
    await ann.socket.sendMessage('status@broadcast', { text: 'at work' }, { statusJidList: [vera.jid] });
    await vera.waitForMessage(({ text, chat }) => text === 'at work' && chat === 'status@broadcast');
    expect(simulator.statistics()).toMatchObject({ unknownStanzas: 0, faults: 0 });
  });
});

describe('What a client missed', () => {
  it('comes in batches, in order and once, with what is written meanwhile after it', async () => {
    // Before its first history a client keeps what it missed to itself.
    await ann.until('history', () => ann.events.some(({ name }) => name === 'messaging-history.set'));
    const left = new Promise((resolve) => simulator.once('connection', resolve));
    ann.disconnect();
    await left;
    const texts = Array.from({ length: 230 }, (_, index) => `missed ${index}`);
    for (const text of texts) await vera.send(ANN, text);
    ann.connect();
    await vera.send(ANN, 'meanwhile');
    await ann.message('meanwhile');
    const got = ann.messages.flatMap(({ message }) => message?.conversation || []);
    expect(got).toEqual([...texts, 'meanwhile']);
    await vi.waitFor(() => expect(simulator.account(ANN).devices).toMatchObject([{ queued: 0 }]));
  });
});
