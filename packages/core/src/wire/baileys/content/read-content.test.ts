import type { proto } from '@whiskeysockets/baileys';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { contentSchema } from '../../../types/content.js';
import type { Jid, MessageId } from '../../../types/ids.js';
import { FUZZ_RUNS, FUZZ_TIMEOUT_MS } from '../../../util/test-runs.js';
import type { KnownMessage } from '../../wire.js';
import { type Baileys, loadBaileys } from '../load.js';
import type { Frame } from './frame.js';
import { readContent } from './read-content.js';

const own = { jid: '15550001@s.whatsapp.net' as Jid, lid: '77@lid' as Jid };
const vera = { jid: '15550009@s.whatsapp.net' as Jid, lid: '99@lid' as Jid };
const frame: Frame = {
  id: 'M1' as MessageId,
  chat: vera.jid,
  isGroup: false,
  isFromMe: false,
  sender: vera,
  own,
};

let baileys: Baileys;
beforeAll(async () => {
  baileys = await loadBaileys();
});

const varint = (value: number): number[] =>
  value < 128 ? [value] : [(value & 127) | 128, ...varint(Math.floor(value / 128))];

const field = (number: number, type: number, bytes: number[]) => [...varint(number * 8 + type), ...bytes];
const delimited = (number: number, bytes: number[]) => field(number, 2, [...varint(bytes.length), ...bytes]);

/** Protobufs as they may come: fields of a message with fields in them, and texts, numbers and bytes where others belong. */
const { protobuf } = fc.letrec<{ protobuf: number[] }>((tie) => ({
  protobuf: fc
    .array(
      fc.oneof(
        { depthSize: 'small' },
        fc.tuple(fc.nat(125), fc.nat()).map(([number, value]) => field(number + 1, 0, varint(value))),
        fc
          .tuple(fc.nat(40), fc.array(fc.nat(255), { minLength: 8, maxLength: 8 }))
          .map(([number, bytes]) => field(number + 1, 1, bytes)),
        fc
          .tuple(fc.nat(40), fc.string({ unit: 'binary' }))
          .map(([number, text]) => delimited(number + 1, [...Buffer.from(text)])),
        fc
          .tuple(fc.nat(40), fc.array(fc.nat(255), { maxLength: 40 }))
          .map(([number, bytes]) => delimited(number + 1, bytes)),
        fc.tuple(fc.nat(125), tie('protobuf')).map(([number, bytes]) => delimited(number + 1, bytes)),
      ),
      { maxLength: 6 },
    )
    .map((fields) => fields.flat()),
}));

/** What the parser takes of it; the fields of a message are numbered up to 120. */
function decode(bytes: number[]) {
  try {
    return baileys.proto.Message.decode(Uint8Array.from(bytes));
  } catch {
    return undefined;
  }
}

describe('the content of a message', () => {
  it('is read from whatever protobuf comes, as typed data that JSON carries whole', {
    timeout: FUZZ_TIMEOUT_MS,
  }, () => {
    const kinds = new Map<string, number>();
    const secret = { messageContextInfo: { messageSecret: new Uint8Array(32) } };
    const asking: KnownMessage = {
      message: {
        ...frame,
        content: { kind: 'poll', name: 'Lunch?', options: ['Yes', 'No'], selectableCount: 1 },
        at: 1,
        isOffline: false,
      },
      raw: baileys.proto.Message.encode(secret).finish(),
    };
    fc.assert(
      fc.property(protobuf, fc.boolean(), fc.boolean(), (bytes, isFromMe, isGroup) => {
        const message = decode(bytes);
        const reading = message && readContent(baileys, message, { ...frame, isFromMe, isGroup });
        if (!reading) return;
        const { content, unseal } = reading;
        kinds.set(content.kind, (kinds.get(content.kind) ?? 0) + 1);
        expect(contentSchema.parse(content)).toEqual(content);
        expect(JSON.parse(JSON.stringify(content))).toEqual(content);
        for (const known of [undefined, asking])
          if (unseal) expect(contentSchema.safeParse(unseal(() => known)).success).toBe(true);
      }),
      { numRuns: FUZZ_RUNS },
    );
    // It would prove nothing if all were thrown away.
    expect(kinds.size).toBeGreaterThan(10);
  });

  it('that nobody knows is unsupported, with the name that WhatsApp has for it', () => {
    const message = { requestPaymentMessage: { amount1000: 5 } };
    expect(readContent(baileys, message, frame)?.content).toEqual({
      kind: 'unsupported',
      type: 'requestPaymentMessage',
    });
  });

  it('is none for protocol traffic', () => {
    for (const type of [5, 6, 9, 11, 17]) {
      expect(readContent(baileys, { protocolMessage: { type } }, frame)).toBeUndefined();
    }
    expect(
      readContent(baileys, { messageContextInfo: { deviceListMetadataVersion: 2 } }, frame),
    ).toBeUndefined();
  });

  it.each([
    ['theirs, in their words', { fromMe: true }, { isFromMe: false, sender: vera.jid }],
    ['ours, in their words', { fromMe: false }, { isFromMe: true, sender: own.jid }],
  ])('names another message by who wrote it: %s', (_, key, target) => {
    const revoke = { protocolMessage: { type: 0, key: { id: 'M0', ...key } } };
    expect(readContent(baileys, revoke, frame)?.content).toEqual({
      kind: 'revoke',
      target: { id: 'M0', ...target },
    });
  });

  it('of a group names another message by its participant', () => {
    const pin = (participant: string, fromMe = false) => ({
      pinInChatMessage: { type: 1, key: { id: 'M0', fromMe, participant } },
    });
    const group = { ...frame, isGroup: true };
    const targetOf = (participant: string, isFromMe = false) => {
      const content = readContent(baileys, pin(participant, isFromMe), group)?.content;
      return content?.kind === 'pin' ? content.target : undefined;
    };
    expect(targetOf('77@lid')).toEqual({ id: 'M0', isFromMe: true, sender: own.jid });
    expect(targetOf('99:3@lid')).toEqual({ id: 'M0', isFromMe: false, sender: vera.jid });
    expect(targetOf('55@lid')).toEqual({ id: 'M0', isFromMe: false, sender: '55@lid' });
  });

  it.each<[string, proto.IMessage, object]>([
    [
      'a template',
      {
        templateMessage: {
          hydratedTemplate: {
            hydratedContentText: 'Right?',
            hydratedFooterText: 'Shop',
            hydratedButtons: [
              { quickReplyButton: { id: 'yes', displayText: 'Yes' } },
              { urlButton: { displayText: 'Page', url: 'https://a.example' } },
              { callButton: { displayText: 'Call', phoneNumber: '+1555' } },
            ],
          },
        },
      },
      {
        kind: 'buttons',
        text: 'Right?',
        footer: 'Shop',
        buttons: [
          { id: 'yes', text: 'Yes' },
          { id: '', text: 'Page', url: 'https://a.example' },
          { id: '', text: 'Call', phone: '+1555' },
        ],
      },
    ],
    [
      'an interactive message',
      {
        interactiveMessage: {
          header: { title: 'Shop' },
          body: { text: 'Right?' },
          nativeFlowMessage: {
            buttons: [
              { name: 'quick_reply', buttonParamsJson: '{"display_text":"Yes","id":"yes"}' },
              { name: 'broken', buttonParamsJson: '{' },
            ],
          },
        },
      },
      {
        kind: 'buttons',
        title: 'Shop',
        text: 'Right?',
        buttons: [
          { id: 'yes', text: 'Yes' },
          { id: 'broken', text: '' },
        ],
      },
    ],
    [
      'the answer to it',
      {
        interactiveResponseMessage: {
          body: { text: 'Yes' },
          nativeFlowResponseMessage: { name: 'quick_reply', paramsJson: '{"id":"yes"}' },
        },
      },
      { kind: 'flow_response', name: 'quick_reply', text: 'Yes', parameters: '{"id":"yes"}' },
    ],
    [
      'the answer to a template',
      { templateButtonReplyMessage: { selectedId: 'yes', selectedDisplayText: 'Yes' } },
      { kind: 'button_response', id: 'yes', text: 'Yes' },
    ],
    [
      'a call of the chat',
      { callLogMesssage: { isVideo: true, callOutcome: 0, durationSecs: 61 } },
      { kind: 'call', isVideo: true, outcome: 'connected', durationMs: 61_000 },
    ],
    [
      'a live location',
      {
        liveLocationMessage: {
          degreesLatitude: 48,
          degreesLongitude: 16,
          accuracyInMeters: 12,
          speedInMps: 1.5,
          degreesClockwiseFromMagneticNorth: 270,
          sequenceNumber: 7,
        },
      },
      {
        kind: 'live_location',
        latitude: 48,
        longitude: 16,
        accuracyM: 12,
        speedMps: 1.5,
        headingDegrees: 270,
        sequence: 7,
      },
    ],
    [
      'a picture in an album',
      {
        imageMessage: { mimetype: 'image/png' },
        messageContextInfo: { messageAssociation: { parentMessageKey: { id: 'A', fromMe: true } } },
      },
      {
        kind: 'image',
        media: { mimetype: 'image/png' },
        album: { id: 'A', isFromMe: false, sender: vera.jid },
      },
    ],
    [
      'an edited picture',
      {
        editedMessage: {
          message: {
            protocolMessage: {
              type: 14,
              key: { id: 'M0', fromMe: true },
              editedMessage: { imageMessage: { caption: 'a cat' } },
            },
          },
        },
      },
      { kind: 'edit', text: 'a cat', target: { id: 'M0', isFromMe: false, sender: vera.jid } },
    ],
    [
      'an answer to a status',
      {
        extendedTextMessage: {
          text: 'nice',
          contextInfo: {
            stanzaId: 'S',
            participant: '77:2@lid',
            remoteJid: 'status@broadcast',
            quotedMessage: { imageMessage: { caption: 'a beach' } },
          },
        },
      },
      {
        kind: 'text',
        text: 'nice',
        quoted: {
          id: 'S',
          isFromMe: true,
          sender: '77@lid',
          kind: 'image',
          text: 'a beach',
          chat: 'status@broadcast',
        },
      },
    ],
  ])('is read as what it is: %s', (_, message, content) => {
    expect(readContent(baileys, message, frame)?.content).toEqual(content);
  });

  it('is found in whatever it is wrapped in', () => {
    const image = { imageMessage: { mimetype: 'image/png', caption: 'a cat' } };
    const message = { ephemeralMessage: { message: { viewOnceMessageV2: { message: image } } } };
    expect(readContent(baileys, message, frame)?.content).toEqual({
      kind: 'image',
      media: { mimetype: 'image/png' },
      caption: 'a cat',
      isViewOnce: true,
    });
  });
});
