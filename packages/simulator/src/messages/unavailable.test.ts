import { proto, type WAMessage } from '@whiskeysockets/baileys';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Contact } from '../accounts/contact.js';
import type { Simulator } from '../simulator.js';
import { pairedClient, type TestClient, textOf } from '../test-client.js';
import { endTestSimulator, startTestSimulator } from '../test-simulator.js';

const ANN = '15550100001';
const VERA = '15550100003';
const { CIPHERTEXT } = proto.WebMessageInfo.StubType;

let simulator: Simulator;
let ann: TestClient;
let vera: Contact;

beforeEach(async () => {
  simulator = await startTestSimulator({ receiptDelayMs: 1 });
  vera = simulator.addContact({ phone: VERA, name: 'Vera' });
  ann = await pairedClient(simulator, ANN, 'Ann');
  return () => endTestSimulator(simulator);
});

/** Waits until Ann's client shows that there is a message, without its content. */
function stub(id: string): Promise<WAMessage> {
  return ann.until(`word of ${id}`, () => ann.messages.find(({ key, message }) => key.id === id && !message));
}

/** Waits until nothing is left for Ann's device: it has confirmed all it got. */
function settled(): Promise<void> {
  return vi.waitFor(() => expect(simulator.account(ANN).devices[0]?.queued).toBe(0), { timeout: 5_000 });
}

describe('What is to be seen once', () => {
  it('is on the phone, and a linked device learns only that it is there', async () => {
    const picture = { kind: 'image', data: Buffer.from('secret'), viewOnce: true } as const;
    const { id } = await vera.attachments.send(ANN, picture);
    expect(await stub(id)).toMatchObject({ key: { id, isViewOnce: true } });
    const onPhone = await simulator.phone(ANN).waitForMessage((message) => message.id === id);
    expect(onPhone.media).toMatchObject({ kind: 'image', viewOnce: true });
    await settled();
    await vera.waitForMessage((message) => message.id === id && message.delivery === 'delivered');
  });

  it('stays on the phone even if the device asks for it', async () => {
    const { id } = await vera.send(
      ANN,
      { kind: 'text', text: 'once', viewOnce: true },
      { unavailable: 'untyped' },
    );
    expect(await stub(id)).toMatchObject({ messageStubType: CIPHERTEXT });
    // Confirmed by the device, like any message of its phone; there is nothing in it.
    await simulator.waitFor(
      'stanza',
      ({ direction, stanza }) =>
        direction === 'in' && stanza.tag === 'receipt' && stanza.attrs.type === 'peer_msg',
    );
    await settled();
    expect(ann.messages.filter((message) => textOf(message) === 'once')).toEqual([]);
  }, 15_000);

  it('in a group is for telephones, too', async () => {
    const { jid } = simulator.groups.create({ by: ANN, subject: 'Friends', members: [VERA] });
    const { id } = await vera.send(jid, { kind: 'text', text: 'once', viewOnce: true });
    await simulator.phone(ANN).waitForMessage(({ text }) => text === 'once');
    expect(await stub(id)).toMatchObject({ key: { remoteJid: jid, isViewOnce: true } });
    await vera.send(jid, 'and this for all');
    await ann.message('and this for all');
  });

  it('of a Baileys client reaches the contact', async () => {
    const sent = await ann.socket.sendMessage(vera.lid, { text: 'once', viewOnce: true } as never);
    const { content } = await vera.waitForMessage(({ id }) => id === sent?.key.id);
    expect(content).toEqual({ kind: 'text', text: 'once', viewOnce: true });
  });
});

describe('What a linked device did not get', () => {
  it('its phone sends again when it asks', async () => {
    const { id } = await vera.send(ANN, 'for the phone', { unavailable: 'untyped' });
    await stub(id);
    const message = await ann.message('for the phone');
    expect(message.key).toMatchObject({ id, remoteJid: vera.lid });
  }, 15_000);

  it.each(['view_once_unavailable_fanout', 'hosted_unavailable_fanout', 'bot_unavailable_fanout'] as const)(
    'it does not ask for where that is of no use: %s',
    async (unavailable) => {
      const { id } = await vera.send(ANN, 'never here', { unavailable });
      await simulator.phone(ANN).waitForMessage((message) => message.id === id);
      await settled();
      await vera.send(ANN, 'next');
      await ann.message('next');
      expect(ann.messages.some(({ key }) => key.id === id)).toBe(false);
    },
  );
});

describe('A chat whose messages disappear', () => {
  const expirationOf = ({ message }: WAMessage) => message?.extendedTextMessage?.contextInfo?.expiration;

  it('is so for what a contact writes, whoever of the two has set it', async () => {
    await vera.send(ANN, 'before');
    expect((await ann.message('before')).message).toMatchObject({ conversation: 'before' });
    await ann.socket.sendMessage(vera.lid, { disappearingMessagesInChat: 86_400 });
    await ann.send(vera.lid, 'set');
    await vera.waitForMessage(({ text }) => text === 'set');
    await vera.send(ANN, 'by ann');
    expect(expirationOf(await ann.message('by ann'))).toBe(86_400);
    await vera.send(ANN, { kind: 'expiration', seconds: 604_800 });
    await vera.send(ANN, 'by vera');
    expect(expirationOf(await ann.message('by vera'))).toBe(604_800);
    const { id } = await vera.attachments.send(ANN, { kind: 'image', data: Buffer.from('picture') });
    const picture = await ann.until('the picture', () => ann.messages.find(({ key }) => key.id === id));
    expect(picture.message?.imageMessage?.contextInfo?.expiration).toBe(604_800);
    // The phone of the account, which the linked device has told, does the same.
    await simulator.phone(ANN).send(VERA, 'from the phone');
    expect((await vera.waitForMessage(({ text }) => text === 'from the phone')).content).toMatchObject({
      expiresIn: 604_800,
    });
    await vera.send(ANN, { kind: 'expiration', seconds: 0 });
    await vera.send(ANN, 'they stay');
    expect((await ann.message('they stay')).message).toMatchObject({ conversation: 'they stay' });
  });
});
