import { buffer } from 'node:stream/consumers';
import tls from 'node:tls';
import {
  downloadContentFromMessage,
  downloadMediaMessage,
  generateWAMessageFromContent,
  type proto,
  type WAMessage,
} from '@whiskeysockets/baileys';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { Contact } from '../accounts/contact.js';
import type { Simulator } from '../simulator.js';
import { pairedClient, type TestClient } from '../test-client.js';
import { endTestSimulator, startTestSimulator } from '../test-simulator.js';
import type { ContentInput } from './content.js';

const ANN = '15550100001';
const VERA = '15550100003';
const JPEG = Buffer.from('ffd8ffe000104a46494600010100000100010000ffd9', 'hex');
const trustedBefore = tls.getCACertificates('default');

let simulator: Simulator;
let ann: TestClient;
let vera: Contact;

beforeEach(async () => {
  simulator = await startTestSimulator({ receiptDelayMs: 1 });
  tls.setDefaultCACertificates([...trustedBefore, simulator.caCertificate]);
  vera = simulator.addContact({ phone: VERA, name: 'Vera' });
  ann = await pairedClient(simulator, ANN, 'Ann');
  return () => endTestSimulator(simulator);
});

afterAll(() => tls.setDefaultCACertificates(trustedBefore));

function received(id: string): Promise<WAMessage> {
  return ann.until(`message ${id}`, () => ann.messages.find(({ key, message }) => key.id === id && message));
}

/** What Baileys can encode but has no words for. */
async function relayed(message: proto.IMessage): Promise<string> {
  const whole = generateWAMessageFromContent(vera.lid, message, { userJid: ann.socket.user?.id ?? '' });
  if (!whole.message) throw new Error('Baileys made nothing');
  return ann.socket.relayMessage(vera.lid, whole.message, { messageId: whole.key.id ?? '' });
}

const ORDER = {
  kind: 'order',
  id: '77',
  title: 'Two mugs',
  itemCount: 2,
  amount1000: 19_800,
  currency: 'EUR',
  seller: `${ANN}@s.whatsapp.net`,
  text: 'when?',
} as const;
const MUG = { kind: 'product', id: 'mug', title: 'A mug', amount1000: 9_900, currency: 'EUR' } as const;

describe('Orders and payments', () => {
  it.each<[ContentInput, keyof proto.IMessage, object]>([
    [
      ORDER,
      'orderMessage',
      { orderId: '77', itemCount: 2, totalCurrencyCode: 'EUR', sellerJid: expect.stringMatching(/@lid$/) },
    ],
    [
      { kind: 'paymentRequest', amount1000: 5_000, currency: 'EUR', from: ANN, text: 'lunch' },
      'requestPaymentMessage',
      { currencyCodeIso4217: 'EUR', noteMessage: { extendedTextMessage: { text: 'lunch' } } },
    ],
    [{ ...MUG, owner: VERA }, 'productMessage', { product: { productId: 'mug', title: 'A mug' } }],
  ])('reach a Baileys client: %j', async (content, field, body) => {
    const { id } = await vera.send(ANN, content);
    expect((await received(id)).message?.[field]).toMatchObject(body);
  });

  it('of a Baileys client are understood', async () => {
    const order = await relayed({
      orderMessage: {
        orderId: '77',
        orderTitle: 'Two mugs',
        itemCount: 2,
        totalAmount1000: 19_800,
        totalCurrencyCode: 'EUR',
        sellerJid: `${ANN}@s.whatsapp.net`,
        message: 'when?',
      },
    });
    expect((await vera.waitForMessage(({ id }) => id === order)).content).toEqual(ORDER);
    const { id: asked } = await vera.send(ANN, {
      kind: 'paymentRequest',
      amount1000: 5_000,
      currency: 'EUR',
      from: ANN,
    });
    const { key } = await received(asked);
    const paid = await relayed({
      sendPaymentMessage: { requestMessageKey: key, noteMessage: { conversation: 'here' } },
    });
    expect((await vera.waitForMessage(({ id }) => id === paid)).content).toEqual({
      kind: 'payment',
      of: asked,
      text: 'here',
    });
    const declined = await relayed({ declinePaymentRequestMessage: { key } });
    expect((await vera.waitForMessage(({ id }) => id === declined)).content).toEqual({
      kind: 'paymentDecline',
      of: asked,
    });
  });

  it('are answered by a contact', async () => {
    const asked = await relayed({
      requestPaymentMessage: { amount1000: 1_000, currencyCodeIso4217: 'EUR', requestFrom: vera.jid },
    });
    await vera.waitForMessage(({ content }) => content?.kind === 'paymentRequest');
    const { id } = await vera.send(ANN, { kind: 'payment', of: asked, text: 'there' });
    expect((await received(id)).message?.sendPaymentMessage).toMatchObject({
      requestMessageKey: { id: asked },
    });
    const { id: no } = await vera.send(ANN, { kind: 'paymentDecline', of: asked });
    expect((await received(no)).message?.declinePaymentRequestMessage?.key?.id).toBe(asked);
  });
});

describe('A product', () => {
  it('of a contact comes with its picture', async () => {
    const content = { ...MUG, owner: VERA };
    const { id } = await vera.attachments.send(ANN, { kind: 'image', data: JPEG, content });
    const { productMessage } = (await received(id)).message ?? {};
    expect(productMessage).toMatchObject({ product: { title: 'A mug', productImageCount: 1 } });
    const picture = productMessage?.product?.productImage;
    if (!picture) throw new Error('no picture');
    expect(await buffer(await downloadContentFromMessage(picture as never, 'image'))).toEqual(JPEG);
  });

  it('of a Baileys client is understood, picture and all', async () => {
    const sent = await ann.socket.sendMessage(vera.lid, {
      product: {
        productImage: JPEG,
        productId: 'mug',
        title: 'A mug',
        currencyCode: 'EUR',
        priceAmount1000: 9_900,
      },
      businessOwnerJid: `${ANN}@s.whatsapp.net`,
      body: 'yours?',
    } as never);
    const message = await vera.waitForMessage(({ id }) => id === sent?.key.id);
    expect(message).toMatchObject({
      text: 'yours?',
      content: { ...MUG, owner: `${ANN}@s.whatsapp.net`, text: 'yours?' },
      media: { kind: 'image' },
    });
    expect(await buffer(vera.attachments.download(message.id))).toEqual(JPEG);
  });
});

describe('An album', () => {
  it('of a contact holds its pictures together', async () => {
    const { id: album } = await vera.send(ANN, { kind: 'album', images: 1, videos: 1 });
    expect((await received(album)).message?.albumMessage).toMatchObject({ expectedImageCount: 1 });
    for (const kind of ['image', 'video'] as const) {
      const { id } = await vera.attachments.send(ANN, { kind, data: JPEG, album });
      const message = await received(id);
      expect(message.message?.messageContextInfo?.messageAssociation).toMatchObject({
        associationType: 1,
        parentMessageKey: { id: album },
      });
      expect(await downloadMediaMessage(message, 'buffer', {})).toEqual(JPEG);
    }
    const alone = vera.attachments.send(ANN, { kind: 'image', data: JPEG, album: 'nothing' });
    await expect(alone).rejects.toMatchObject({ code: 'MESSAGE_NOT_FOUND' });
  });

  it('of a Baileys client is understood', async () => {
    const album = await ann.socket.sendMessage(vera.lid, {
      album: { expectedImageCount: 1, expectedVideoCount: 0 },
    });
    if (!album) throw new Error('no album');
    expect((await vera.waitForMessage(({ id }) => id === album.key.id)).content).toEqual({
      kind: 'album',
      images: 1,
      videos: 0,
    });
    const picture = await ann.socket.sendMessage(vera.lid, { image: JPEG, albumParentKey: album.key });
    const { media } = await vera.waitForMessage(({ id }) => id === picture?.key.id);
    expect(media).toMatchObject({ kind: 'image', album: album.key.id });
  });
});

it('A video note goes both ways', async () => {
  const { id } = await vera.attachments.send(ANN, { kind: 'ptv', data: JPEG, seconds: 3 });
  const { message } = await received(id);
  expect(message?.ptvMessage).toMatchObject({ seconds: 3 });
  expect(await buffer(await downloadContentFromMessage(message?.ptvMessage as never, 'ptv'))).toEqual(JPEG);
  const sent = await ann.socket.sendMessage(vera.lid, { video: JPEG, ptv: true });
  const received_ = await vera.waitForMessage((one) => one.id === sent?.key.id);
  expect(received_).toMatchObject({ kind: 'ptvMessage', media: { kind: 'ptv' } });
  expect(await buffer(vera.attachments.download(received_.id))).toEqual(JPEG);
});
