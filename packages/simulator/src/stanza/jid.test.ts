import { describe, expect, it } from 'vitest';
import { addressSpaceOf, chatJid, formatJid, parseJid } from './jid.js';

describe('A JID', () => {
  it.each([
    ['15550001@s.whatsapp.net', { user: '15550001', device: 0, server: 's.whatsapp.net' }],
    ['15550001:3@s.whatsapp.net', { user: '15550001', device: 3, server: 's.whatsapp.net' }],
    ['900000000001:12@lid', { user: '900000000001', device: 12, server: 'lid' }],
    ['120363041234567890@g.us', { user: '120363041234567890', device: 0, server: 'g.us' }],
  ])('is taken apart and written again: %s', (text, jid) => {
    expect(parseJid(text)).toEqual(jid);
    expect(formatJid(jid.user, jid.server, jid.device)).toBe(text);
  });

  it.each([undefined, '', 's.whatsapp.net', '@s.whatsapp.net', '15550001', '15550001:x@lid'])(
    'is not %s',
    (text) => {
      expect(parseJid(text)).toBeUndefined();
    },
  );

  it('names its chat without the device, and its address space', () => {
    expect(chatJid('900000000001:12@lid')).toBe('900000000001@lid');
    expect(addressSpaceOf('900000000001:12@lid')).toBe('lid');
    expect(addressSpaceOf('15550001@s.whatsapp.net')).toBe('pn');
  });
});
