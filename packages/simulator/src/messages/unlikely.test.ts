import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateWAMessageFromContent, type proto } from '@whiskeysockets/baileys';
import { beforeEach, describe, expect, it } from 'vitest';
import { createSimulator, type Simulator } from '../simulator.js';
import { pairedClient } from '../test-client.js';
import { endTestSimulator, startTestSimulator } from '../test-simulator.js';

const ANN = '15550100001';
const VERA = '15550100003';

let dataDir: string;
let simulator: Simulator;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'wharf-simulator-'));
  simulator = await startTestSimulator({ dataDir, receiptDelayMs: 1 });
  return async () => {
    await endTestSimulator(simulator);
    await rm(dataDir, { recursive: true });
  };
});

/** What no person could write, and a client can send. */
const UNLIKELY: proto.IMessage[] = [
  { locationMessage: { degreesLatitude: 900, degreesLongitude: Number.NaN } },
  { pollCreationMessage: { name: '', options: [], selectableOptionsCount: 99 } },
  { contactMessage: { displayName: 'x'.repeat(5_000), vcard: '' } },
  { extendedTextMessage: { text: 'x'.repeat(200_000), matchedText: 'y'.repeat(9_000) } },
  { eventMessage: { name: '', startTime: -1 } },
  { orderMessage: { itemCount: -5, totalCurrencyCode: 'nothing', totalAmount1000: -1 } },
  { requestPaymentMessage: { currencyCodeIso4217: '€', expiryTimestamp: -9 } },
  { albumMessage: { expectedImageCount: 4_294_967_295 } },
  { productMessage: { product: { productId: '' } } },
  { listMessage: { sections: [{ rows: [{}] }] } },
  {
    imageMessage: {
      directPath: 'nowhere',
      mediaKey: Buffer.of(1),
      fileEncSha256: Buffer.of(2),
      mimetype: '',
    },
  },
  { protocolMessage: { type: 3, ephemeralExpiration: 4_294_967_295 } },
  { stickerPackMessage: { name: 'a pack' } },
];

describe('A simulator that keeps its data', () => {
  it('starts again with whatever a client has sent, and goes on', async () => {
    const ann = await pairedClient(simulator, ANN, 'Ann');
    const vera = simulator.addContact({ phone: VERA, name: 'Vera' });
    for (const message of UNLIKELY) {
      const whole = generateWAMessageFromContent(vera.lid, message, { userJid: ann.socket.user?.id ?? '' });
      await ann.socket.relayMessage(vera.lid, whole.message ?? {}, { messageId: whole.key.id ?? '' });
    }
    await ann.send(vera.lid, 'the last');
    await vera.waitForMessage(({ text }) => text === 'the last');
    const { messages } = vera;
    expect(messages).toHaveLength(UNLIKELY.length);
    await simulator.close();

    simulator = await createSimulator({ dataDir, receiptDelayMs: 1 });
    expect(simulator.contact(VERA).messages.map(({ id }) => id)).toEqual(messages.map(({ id }) => id));
    const shown = await fetch(`${simulator.endpoint.http}/phones/${VERA}/messages`);
    expect(shown.status).toBe(200);
    ann.ws = simulator.endpoint.ws;
    await simulator.contact(VERA).send(ANN, 'still here');
    await ann.connect().message('still here');
    // A device that is linked now gets it all as history.
    const { messages: own } = simulator.phone(ANN);
    expect(own.at(-1)?.text).toBe('still here');
    await simulator.phone(ANN).sendHistory(1, 'FULL');
  });
});
