import type { proto, WASocket } from '@whiskeysockets/baileys';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SessionStore } from '../../../store/store.js';
import type { Content } from '../../../types/content.js';
import type { Jid, MessageId } from '../../../types/ids.js';
import { type OutgoingContent, outgoingContentSchema, outgoingKinds } from '../../../types/outgoing.js';
import { testClock } from '../../../util/test-clock.js';
import type { KnownMessage } from '../../wire.js';
import { type Baileys, loadBaileys } from '../load.js';
import { readContent } from './read-content.js';
import { sendMessage, sentProtobuf } from './send-message.js';

const own = { jid: '15550001@s.whatsapp.net' as Jid, lid: '77@lid' as Jid };
const vera = '15550009@s.whatsapp.net' as Jid;
const group = '120363@g.us' as Jid;

let baileys: Baileys;
let known: Map<string, KnownMessage>;
let relayed: Array<{
  message: proto.IMessage;
  options: { additionalAttributes?: object; additionalNodes?: object[] };
}>;

beforeAll(async () => {
  baileys = await loadBaileys();
});
beforeEach(() => {
  known = new Map();
  relayed = [];
});

/** A connection that notes what is written to it. */
const socket = {
  relayMessage: async (_chat: string, message: proto.IMessage, options: object) =>
    void relayed.push({ message, options }),
} as unknown as WASocket;

/** Knows the hidden address of Vera alone. */
const session = {
  signal: { lids: { get: (pn: string) => (pn === '15550009' ? '99' : undefined), getPn: () => undefined } },
} as unknown as SessionStore;

/** Puts a message where the store would have it. */
function store(id: string, chat: Jid, content: Content, isFromMe: boolean): void {
  const sender = isFromMe ? own : { jid: vera, lid: '99@lid' as Jid };
  const message = {
    id: id as MessageId,
    chat,
    isGroup: chat === group,
    isFromMe,
    sender,
    content,
    at: 1,
    isOffline: false,
  };
  known.set(id, { message });
}

async function send(id: string, content: OutgoingContent, chat = vera) {
  if (!known.has(id)) store(id, chat, content, true);
  await sendMessage(
    { messageId: id as MessageId, chat, content },
    {
      baileys,
      socket,
      session,
      clock: testClock(),
      own,
      find: (wanted) => known.get(wanted),
      keepRaw: ({ messageId }, raw) => Object.assign(known.get(messageId) ?? {}, { raw }),
    },
  );
  const last = relayed.at(-1);
  if (!last) throw new Error('Nothing was written.');
  return last;
}

const media = {
  mimetype: 'image/png',
  directPath: '/v/1',
  mediaKey: 'a2V5',
  sha256: 'aGFzaA==',
  sizeBytes: 5,
};
const target = { id: 'M0' as MessageId, isFromMe: false, sender: vera };
const samples: Array<OutgoingContent & object> = [
  { kind: 'text', text: 'plain' },
  {
    kind: 'text',
    text: 'more',
    preview: { url: 'https://a.example' },
    isForwarded: true,
    ephemeralMs: 60_000,
  },
  { kind: 'image', media, caption: 'look', isViewOnce: true },
  { kind: 'video', media },
  { kind: 'gif', media, caption: 'look' },
  { kind: 'video_note', media },
  { kind: 'audio', media },
  { kind: 'voice', media, waveform: 'AAEC' },
  { kind: 'document', media, fileName: 'a.pdf', caption: 'the bill' },
  { kind: 'sticker', media, isAnimated: true },
  { kind: 'location', latitude: 48.2, longitude: 16.4, name: 'Vienna', url: 'https://a.example' },
  { kind: 'contacts', contacts: [{ name: 'Olga', phones: ['+1 555'], vcard: 'FN:Olga\nTEL:+1 555' }] },
  { kind: 'poll', name: 'Lunch?', options: ['Yes', 'No'], selectableCount: 1 },
  {
    kind: 'event',
    name: 'Party',
    startAt: 1_893_456_000_000,
    location: { name: 'Here', latitude: 1, longitude: 2 },
  },
  { kind: 'group_invite', group, groupName: 'Cats', code: 'x', expiresAt: 1_893_456_000_000, text: 'come' },
  { kind: 'reaction', target, emoji: '👍' },
  { kind: 'poll_vote', target, options: ['Yes'] },
  { kind: 'event_response', target, response: 'going', extraGuests: 2 },
  { kind: 'edit', target: { ...target, isFromMe: true, sender: own.jid }, text: 'new' },
  { kind: 'revoke', target },
  { kind: 'pin', target, isPinned: true, durationMs: 86_400_000 },
  { kind: 'keep', target, isKept: false },
];

/** The poll or the event that a sample answers. */
function asked(content: OutgoingContent): void {
  const question: Content =
    content.kind === 'event_response'
      ? { kind: 'event', name: 'Party', startAt: 1 }
      : { kind: 'poll', name: 'Lunch?', options: ['Yes', 'No'], selectableCount: 1 };
  store('M0', vera, question, false);
  const raw = baileys.proto.Message.encode({
    messageContextInfo: { messageSecret: Buffer.alloc(32, 7) },
  }).finish();
  Object.assign(known.get('M0') ?? {}, { raw });
}

describe('what is sent', () => {
  it('has a sample of every kind', () => {
    expect([...new Set(samples.map(({ kind }) => kind))].toSorted()).toEqual(outgoingKinds.toSorted());
    for (const sample of samples) expect(outgoingContentSchema.parse(sample)).toEqual(sample);
  });

  it.each(samples.map((sample) => [sample.kind, sample] as const))(
    'reads on the other side as it was meant, and the second time too: %s',
    async (_, content) => {
      asked(content);
      const { message } = await send('M1', content);
      const bytes = baileys.proto.Message.encode(message).finish();
      const frame = { id: 'M1' as MessageId, chat: vera, isGroup: false, isFromMe: true, sender: own, own };
      const reading = readContent(baileys, baileys.proto.Message.decode(bytes), frame);
      const read = reading?.unseal ? reading.unseal((id) => known.get(id)) : reading?.content;
      expect(read).toEqual(content);

      const isPlain = content === samples[0];
      // As after a restart: nothing is left but what is stored.
      const { message: again } = await send('M1', content);
      const stored = known.get('M1');
      const retried = stored && sentProtobuf(baileys, stored);
      for (const later of isPlain ? [] : [again, retried ?? {}])
        expect(Buffer.from(baileys.proto.Message.encode(later).finish()).equals(bytes)).toBe(true);
      expect(known.get('M1')?.raw === undefined).toBe(isPlain);
      if (isPlain) expect(retried).toEqual({ conversation: 'plain' });
    },
  );

  it('tells the server what it must know', async () => {
    store('M0', group, { kind: 'text', text: 'x' }, false);
    const others = await send('M1', { kind: 'revoke', target }, group);
    expect(others.options.additionalAttributes).toEqual({ edit: '8' });
    expect(others.message.protocolMessage?.key).toEqual({
      remoteJid: group,
      fromMe: false,
      id: 'M0',
      participant: '99@lid',
    });
    const ours = { id: 'M0' as MessageId, isFromMe: true };
    expect((await send('M2', { kind: 'revoke', target: ours }, group)).options.additionalAttributes).toEqual({
      edit: '7',
    });
    expect(
      (await send('M3', { kind: 'edit', target: ours, text: 'y' })).options.additionalAttributes,
    ).toEqual({ edit: '1' });
    expect((await send('M4', { kind: 'pin', target, isPinned: true })).options.additionalAttributes).toEqual({
      edit: '2',
    });
    const poll = await send('M5', { kind: 'poll', name: 'P', options: ['a', 'b'], selectableCount: 0 });
    expect(poll.options.additionalNodes).toEqual([{ tag: 'meta', attrs: { polltype: 'creation' } }]);
    expect(poll.message.messageContextInfo?.messageSecret).toHaveLength(32);
  });

  it('quotes a message as it was, without what that one quotes itself', async () => {
    store('M0', group, { kind: 'text', text: 'two' }, false);
    const raw = {
      extendedTextMessage: {
        text: 'two',
        contextInfo: { stanzaId: 'M', quotedMessage: { conversation: 'one' } },
      },
    };
    Object.assign(known.get('M0') ?? {}, { raw: baileys.proto.Message.encode(raw).finish() });
    const { message } = await send('M1', { kind: 'text', text: 'three', quoted: target }, group);
    const info = message.extendedTextMessage?.contextInfo;
    expect(info).toMatchObject({ stanzaId: 'M0', participant: '99@lid' });
    expect(info?.quotedMessage?.extendedTextMessage?.text).toBe('two');
    expect(info?.quotedMessage?.extendedTextMessage?.contextInfo ?? null).toBeNull();
  });

  it('is refused when the poll it votes in came without its key', async () => {
    store('M0', vera, { kind: 'poll', name: 'P', options: ['a'], selectableCount: 1 }, false);
    await expect(send('M1', { kind: 'poll_vote', target, options: ['a'] })).rejects.toMatchObject({
      code: 'MESSAGE_NOT_FOUND',
    });
    expect(relayed).toEqual([]);
  });
});
