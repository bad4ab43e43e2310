import { describe, expect, it } from 'vitest';
import { chooseRecipient, chooseText, originDevice } from './choose.js';

const received = { to: 'to', topic: 'topic', whatsapp: { chat: 'chat', device: 'phone' } };

describe('The recipient', () => {
  it.each([
    ['the setting', 'set', received, 'set'],
    ['msg.to', undefined, received, 'to'],
    ['the chat it came from', '', { ...received, to: undefined }, 'chat'],
    ['the topic', ' ', { topic: 'topic' }, 'topic'],
    ['a number', undefined, { to: 491701234567 }, '491701234567'],
    [
      'the next one when a property is of another kind',
      undefined,
      { to: {}, whatsapp: 'x', topic: 'topic' },
      'topic',
    ],
  ])('is %s', (_what, configured, message, expected) => {
    expect(chooseRecipient(configured, message)).toBe(expected);
  });

  it('is refused when nothing names one', () => {
    expect(() => chooseRecipient(undefined, {})).toThrow(
      expect.objectContaining({ code: 'RECIPIENT_INVALID' }),
    );
  });
});

describe('The text', () => {
  it.each([
    ['the setting', 'set', { payload: 'payload' }, 'set'],
    ['the payload', '', { payload: 'payload' }, 'payload'],
    ['a number', 0, { payload: 'payload' }, '0'],
    ['a boolean', undefined, { payload: false }, 'false'],
  ])('is %s', (_what, configured, message, expected) => {
    expect(chooseText(configured, message)).toBe(expected);
  });

  it.each([[{ a: 1 }], [null], [undefined], [Buffer.from('x')]])('is refused when it is %o', (payload) => {
    expect(() => chooseText(undefined, { payload })).toThrow(
      expect.objectContaining({ code: 'MESSAGE_INVALID' }),
    );
  });
});

describe('The device of a message', () => {
  it('is the one it came from', () => {
    expect(originDevice(received)).toBe('phone');
    expect(originDevice({ whatsapp: null })).toBeUndefined();
  });
});
