import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isWharfError } from '../errors/errors.js';
import { contentSchema } from '../types/content.js';
import type { Jid, MessageId } from '../types/ids.js';
import type { Message } from '../types/message.js';
import { outgoingKinds } from '../types/outgoing.js';
import { FUZZ_RUNS, FUZZ_TIMEOUT_MS } from '../util/test-runs.js';
import { completed, readOutgoing } from './read-outgoing.js';

const vera = '15550009@s.whatsapp.net' as Jid;
const known: Message = {
  id: 'M0' as MessageId,
  chat: vera,
  isGroup: false,
  isFromMe: false,
  sender: { jid: vera },
  content: { kind: 'poll', name: 'Lunch?', options: ['Yes', 'No'], selectableCount: 1 },
  at: 1,
  isOffline: false,
};
const find = (id: MessageId) => (id === known.id ? known : undefined);
const complete = (content: object, chat = vera) => completed(readOutgoing({ content }), chat, find, known.at);

describe('what callers give to be sent', () => {
  it('is a content, or an error that says what is wrong', { timeout: FUZZ_TIMEOUT_MS }, () => {
    const field = fc.oneof(
      fc.constantFrom('M0', 'NOBODY', '+1 555 0009', vera, 'Yes', 1, 0, true),
      fc.jsonValue({ maxDepth: 2 }),
      fc.array(fc.constantFrom('Yes', 'No', vera), { maxLength: 3 }),
      fc.record({ id: fc.constantFrom('M0', 'X'), sender: fc.constantFrom(vera, 'nobody') }),
      fc.record({ mimetype: fc.string(), directPath: fc.string(), mediaKey: fc.string() }),
    );
    const names = [
      ...['text', 'media', 'caption', 'target', 'options', 'name', 'latitude', 'longitude', 'contacts'],
      ...['response', 'emoji', 'startAt', 'group', 'groupName', 'code', 'quoted', 'mentions', 'isPinned'],
    ];
    const content = fc
      .tuple(
        fc.constantFrom(...outgoingKinds),
        fc.dictionary(fc.constantFrom(...names), field, { maxKeys: 8 }),
      )
      .map(([kind, fields]) => ({ ...fields, kind }));
    const accepted = new Set<string>();
    fc.assert(
      fc.property(fc.oneof(content, fc.jsonValue()), (given) => {
        try {
          const read = complete(given as object);
          // What is stored of it is a content, too.
          expect(contentSchema.safeParse(JSON.parse(JSON.stringify(read))).error).toBeUndefined();
          accepted.add(read.kind);
        } catch (error) {
          if (!isWharfError(error)) throw error;
          const codes = ['MESSAGE_INVALID', 'MESSAGE_NOT_FOUND', 'MESSAGE_NOT_OWN', 'MESSAGE_NOT_EDITABLE'];
          expect(codes).toContain(error.code);
        }
      }),
      { numRuns: FUZZ_RUNS },
    );
    // It would prove nothing if all were refused.
    expect(accepted.size).toBeGreaterThan(2);
  });

  it('names a message by its ID alone when it is known in that chat', () => {
    expect(complete({ kind: 'reaction', target: 'M0', emoji: 'x' })).toMatchObject({
      target: { id: 'M0', isFromMe: false, sender: vera },
    });
    expect(complete({ kind: 'text', text: 'x', quoted: 'M0' })).toMatchObject({
      quoted: { id: 'M0', isFromMe: false, sender: vera, kind: 'poll', text: 'Lunch?\nYes\nNo' },
    });
    const elsewhere = () => complete({ kind: 'reaction', target: 'M0', emoji: 'x' }, '1@g.us' as Jid);
    expect(elsewhere).toThrow(expect.objectContaining({ code: 'MESSAGE_NOT_FOUND' }));
    expect(() => complete({ kind: 'reaction', target: 'M0', emoji: 'x' }, '1@newsletter' as Jid)).toThrow(
      expect.objectContaining({
        code: 'MESSAGE_INVALID',
        details: expect.objectContaining({ field: 'kind' }),
      }),
    );
    const told = { id: 'X', sender: '+1 555 0009' };
    expect(complete({ kind: 'reaction', target: told, emoji: 'x' })).toMatchObject({
      target: { id: 'X', isFromMe: false, sender: vera },
    });
  });
});
