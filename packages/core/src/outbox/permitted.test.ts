import { describe, expect, it } from 'vitest';
import type { Jid, MessageId } from '../types/ids.js';
import type { Message } from '../types/message.js';
import type { OutgoingAbout } from '../types/outgoing.js';
import { assertPermitted } from './permitted.js';

const MINUTE = 60_000;
const vera = { jid: '15550009@s.whatsapp.net' as Jid };

const ours: Message = {
  id: 'M0' as MessageId,
  chat: vera.jid,
  isGroup: false,
  isFromMe: true,
  sender: { jid: '15550001@s.whatsapp.net' as Jid },
  content: { kind: 'text', text: 'hello' },
  at: 0,
  isOffline: false,
};
const target = { id: ours.id };
const edit: OutgoingAbout = { kind: 'edit', target, text: 'x' };
const revoke: OutgoingAbout = { kind: 'revoke', target };

describe('an edit or a revoke', () => {
  it.each([
    ['an edit within 15 minutes', edit, {}, 15 * MINUTE, undefined],
    ['a later edit', edit, {}, 15 * MINUTE + 1, 'MESSAGE_TOO_OLD'],
    ['a revoke within 60 hours', revoke, {}, 60 * 60 * MINUTE, undefined],
    ['a later revoke', revoke, {}, 60 * 60 * MINUTE + 1, 'MESSAGE_TOO_OLD'],
    ["an edit of another's message", edit, { isFromMe: false, sender: vera }, 0, 'MESSAGE_NOT_OWN'],
    ["a revoke of another's message", revoke, { isFromMe: false, sender: vera }, 0, 'MESSAGE_NOT_OWN'],
    ['the same in a group', revoke, { isFromMe: false, sender: vera, isGroup: true }, 0, undefined],
    ['an edit of what was taken back', edit, { isRevoked: true }, 0, 'MESSAGE_NOT_EDITABLE'],
    [
      'an edit of what has no text',
      edit,
      { content: { kind: 'location', latitude: 1, longitude: 2 } },
      0,
      'MESSAGE_NOT_EDITABLE',
    ],
    ['any reaction', { kind: 'reaction', target, emoji: '' }, { isFromMe: false }, 1e12, undefined],
  ] as const)('is let pass or refused as WhatsApp would: %s', (_, content, change, now, code) => {
    const run = () => assertPermitted(content, { ...ours, ...change } as Message, now);
    if (code) expect(run).toThrow(expect.objectContaining({ code }));
    else expect(run).not.toThrow();
  });
});
