import { buffer } from 'node:stream/consumers';
import tls from 'node:tls';
import { downloadContentFromMessage, prepareWAMessageMedia, type WAMessage } from '@whiskeysockets/baileys';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { Contact } from '../accounts/contact.js';
import type { Simulator } from '../simulator.js';
import { pairedClient, type TestClient } from '../test-client.js';
import { endTestSimulator, startTestSimulator } from '../test-simulator.js';

const ANN = '15550100001';
const VERA = '15550100003';
const JPEG = Buffer.from('ffd8ffe000104a46494600010100000100010000ffd9', 'hex');
const SMALL = Buffer.from('ffd8ffd9', 'hex');
const URL = 'https://example.com/mugs';
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

const preview = {
  url: URL,
  title: 'Mugs',
  description: 'All of them',
  thumbnail: SMALL.toString('base64'),
};

async function textOf(id: string) {
  const fits = ({ key, message }: WAMessage) => key.id === id && message;
  const found = await ann.until(`message ${id}`, () => ann.messages.find(fits));
  return found.message?.extendedTextMessage;
}

describe('The preview of a link', () => {
  it('that a contact sends reaches a Baileys client', async () => {
    const { id } = await vera.send(ANN, { kind: 'text', text: `look: ${URL}`, preview });
    const text = await textOf(id);
    expect(text).toMatchObject({ matchedText: URL, title: 'Mugs', description: 'All of them' });
    expect(Buffer.from(text?.jpegThumbnail ?? [])).toEqual(SMALL);
  });

  it('that a contact sends has its large picture on the media host', async () => {
    const content = { kind: 'text', text: URL, preview } as const;
    const { id } = await vera.attachments.send(ANN, { kind: 'thumbnail-link', data: JPEG, content });
    const { thumbnailDirectPath, mediaKey, thumbnailEncSha256 } = (await textOf(id)) ?? {};
    if (!thumbnailDirectPath || !mediaKey) throw new Error('no picture');
    expect(thumbnailEncSha256).toHaveLength(32);
    const file = { url: new globalThis.URL(thumbnailDirectPath, simulator.endpoint.media).href, mediaKey };
    const chunks = await downloadContentFromMessage(file, 'thumbnail-link');
    expect(await buffer(chunks)).toEqual(JPEG);
    await expect(
      vera.attachments.send(ANN, {
        kind: 'thumbnail-link',
        data: JPEG,
        content: { ...content, preview: undefined },
      }),
    ).rejects.toMatchObject({ code: 'CONTENT_INVALID' });
  });

  it('that a Baileys client sends is understood, its large picture too', async () => {
    const { imageMessage } = await prepareWAMessageMedia(
      { image: JPEG },
      { upload: ann.socket.waUploadToServer, mediaTypeOverride: 'thumbnail-link' },
    );
    const sent = await ann.socket.sendMessage(vera.lid, {
      text: `look: ${URL}`,
      linkPreview: {
        'canonical-url': URL,
        'matched-text': URL,
        title: 'Mugs',
        description: 'All of them',
        jpegThumbnail: SMALL,
        ...(imageMessage ? { highQualityThumbnail: imageMessage } : {}),
      },
    });
    const message = await vera.waitForMessage(({ id }) => id === sent?.key.id);
    expect(message.content).toEqual({ kind: 'text', text: `look: ${URL}`, preview });
    expect(message.media).toMatchObject({ kind: 'thumbnail-link' });
    expect(await buffer(vera.attachments.download(message.id))).toEqual(JPEG);
  });
});
