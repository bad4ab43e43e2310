import { proto } from '@whiskeysockets/baileys';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isWharfError } from '../../../errors/errors.js';
import { type HistoryPiece, splitHistory } from './split-history.js';

/** Bytes in portions of a size, as a connection would bring them. */
async function* portions(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function piecesOf(bytes: Uint8Array, size = 1_000): Promise<HistoryPiece[]> {
  const pieces: HistoryPiece[] = [];
  for await (const piece of splitHistory(portions(bytes, size))) pieces.push(piece);
  return pieces;
}

const message = (id: string) => ({
  message: { key: { remoteJid: '1@lid', id }, message: { conversation: 'x'.repeat(300) } },
});
const history = proto.HistorySync.encode({
  syncType: proto.HistorySync.HistorySyncType.RECENT,
  conversations: [
    { id: '1@lid', messages: [message('A'), message('B')], name: 'One', muteEndTime: 2 ** 40, pinned: 7 },
    { id: '2@lid', messages: [], archived: true },
  ],
  progress: 300,
  pushnames: [{ id: '1@lid', pushname: 'Vera' }],
}).finish();

describe('a history that is taken apart', () => {
  it.each([1, 7, 100_000])(
    'gives messages, then their chat, then the rest, in portions of %i',
    async (size) => {
      const pieces = await piecesOf(history, size);
      const { HistorySyncMsg, Conversation, Pushname } = proto;
      expect(pieces.map(({ field }) => field)).toEqual([1, 'message', 'message', 'chat', 'chat', 6, 7]);
      const [, a, b, one, two, , name] = pieces.map(({ bytes }) => bytes) as Uint8Array[];
      expect([a, b].map((bytes) => HistorySyncMsg.decode(bytes as Uint8Array).message?.key?.id)).toEqual([
        'A',
        'B',
      ]);
      expect(Conversation.decode(one as Uint8Array)).toMatchObject({
        id: '1@lid',
        name: 'One',
        pinned: 7,
        messages: [],
      });
      expect(Number(Conversation.decode(one as Uint8Array).muteEndTime)).toBe(2 ** 40);
      expect(Conversation.decode(two as Uint8Array)).toMatchObject({ id: '2@lid', archived: true });
      expect(Pushname.decode(name as Uint8Array).pushname).toBe('Vera');
    },
  );

  it('is refused when it ends too early, or says that something is longer than anything', async () => {
    await expect(piecesOf(history.subarray(0, 200))).rejects.toMatchObject({ code: 'HISTORY_UNREADABLE' });
    const endless = Buffer.from([0x3a, 0xff, 0xff, 0xff, 0xff, 0x7f]);
    await expect(piecesOf(endless)).rejects.toMatchObject({ code: 'HISTORY_UNREADABLE' });
  });

  it('ends in pieces or in a typed error, whatever the bytes are', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 200 }),
        fc.integer({ min: 1, max: 50 }),
        async (bytes, size) => {
          const outcome = await piecesOf(bytes, size).catch((error: unknown) => error);
          expect(Array.isArray(outcome) || isWharfError(outcome)).toBe(true);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
