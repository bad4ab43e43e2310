import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FUZZ_RUNS, FUZZ_TIMEOUT_MS } from '../util/test-runs.js';
import {
  bareJid,
  isDeviceId,
  isGroupJid,
  isLid,
  isPersonJid,
  parseChat,
  parseRecipient,
  phoneOf,
  splitJid,
} from './ids.js';

/** Any text, and such as comes close to an address. */
const written = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.stringMatching(/^[+0-9 ().:/-]{0,20}(@(s\.whatsapp\.net|lid|g\.us|broadcast|newsletter|c\.us)?)?$/),
);

describe('a recipient', () => {
  it.each([
    ['491701234567', '491701234567@s.whatsapp.net'],
    ['+49 170 1234567', '491701234567@s.whatsapp.net'],
    ['+1 (555) 000-1234', '15550001234@s.whatsapp.net'],
    ['0049/170.1234567', '491701234567@s.whatsapp.net'],
    ['491701234567:12@s.whatsapp.net', '491701234567@s.whatsapp.net'],
    ['900000000001@lid', '900000000001@lid'],
    ['120363078624372900@g.us', '120363078624372900@g.us'],
    ['4917012345-1588888888@g.us', '4917012345-1588888888@g.us'],
  ])('is read from %s', (text, jid) => {
    expect(parseRecipient(text)).toBe(jid);
  });

  it.each([
    '',
    ' ',
    '12',
    '0170 1234567',
    'Vera',
    '+49x170',
    '1'.repeat(16),
    'a@b',
    '1@s.whatsapp.net@lid',
    '@lid',
  ])('is not read from "%s"', (text) => {
    expect(parseRecipient(text)).toBeUndefined();
  });

  it('is either undefined or a JID that reads as itself, whatever the text', {
    timeout: FUZZ_TIMEOUT_MS,
  }, () => {
    fc.assert(
      fc.property(written, (text) => {
        for (const parse of [parseRecipient, parseChat]) {
          const jid = parse(text);
          if (jid !== undefined) expect(parse(jid)).toBe(jid);
        }
      }),
      { numRuns: FUZZ_RUNS },
    );
  });
});

describe('a JID', () => {
  it('is taken apart into user, companion and server', () => {
    expect(splitJid('15550001:3@s.whatsapp.net')).toEqual({
      user: '15550001',
      device: 3,
      server: 's.whatsapp.net',
    });
    expect(bareJid('900000000001:3@lid')).toBe('900000000001@lid');
  });

  it('is put together again from its parts, and its bare form is no companion, whatever the text', {
    timeout: FUZZ_TIMEOUT_MS,
  }, () => {
    fc.assert(
      fc.property(written, (text) => {
        const parts = splitJid(text);
        if (!parts) {
          expect(bareJid(text)).toBe(text);
          return;
        }
        const { user, device, server } = parts;
        if (device === undefined) expect(`${user}@${server}`).toBe(text);
        const bare = bareJid(text);
        expect(splitJid(bare)).toEqual({ user, server });
        expect(phoneOf(bare)).toBe(server === 's.whatsapp.net' ? user : undefined);
        expect([isGroupJid(bare), isLid(bare), isPersonJid(bare)]).toEqual([
          server === 'g.us',
          server === 'lid',
          server !== 'g.us',
        ]);
      }),
      { numRuns: FUZZ_RUNS },
    );
  });

  it('has a phone number only in PN form', () => {
    expect(phoneOf('15550001:3@s.whatsapp.net')).toBe('15550001');
    expect(phoneOf('900000000001@lid')).toBeUndefined();
    expect(phoneOf(undefined)).toBeUndefined();
  });
});

describe('a device ID', () => {
  it.each(['a', 'shop', 'Shop-1.de_x', '0b6dd2b4-6b8e-4ee1-9f0f-6d8f3f6f8e0a'])('may be %s', (id) => {
    expect(isDeviceId(id)).toBe(true);
  });

  it.each(['', '.', '..', '../x', 'a/b', 'a b', '-a', 'ä', 'a'.repeat(65), 'a\0'])(
    'may not be "%s"',
    (id) => {
      expect(isDeviceId(id)).toBe(false);
    },
  );
});
