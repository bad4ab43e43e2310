import type { WharfEvent } from '@wharf/core';
import { describe, expect, it } from 'vitest';
import { type Filters, makeFilter } from './event-filter.js';

const message = (more: object = {}) =>
  ({
    type: 'message',
    payload: {
      chat: '15550002@s.whatsapp.net',
      isFromMe: false,
      content: { kind: 'text', text: 'Order 7' },
      ...more,
    },
  }) as unknown as WharfEvent;
const passes = (filters: Filters, event = message()) => makeFilter(filters)(event);

describe('the filters of the trigger', () => {
  it('let pass what others write, unless told otherwise', () => {
    expect(passes({})).toBe(true);
    expect(passes({}, message({ isFromMe: true }))).toBe(false);
    expect(passes({ author: 'anybody' }, message({ isFromMe: true }))).toBe(true);
  });

  it('take chats by number, as people write it, and by JID', () => {
    const chats = (chat: string) => ({ chats: { values: [{ chat: { value: chat } }] } });
    expect(passes(chats('+1 555-0002'))).toBe(true);
    expect(passes(chats('15550003@s.whatsapp.net'))).toBe(false);
  });

  it('look for words, or for a pattern between slashes', () => {
    expect(passes({ text: 'order' })).toBe(true);
    expect(passes({ text: '/^order \\d$/' })).toBe(false);
    expect(passes({ text: '/^order \\d$/i' })).toBe(true);
    expect(() => makeFilter({ text: '/(/' })).toThrow('no regular expression');
  });

  it('leave events alone that have no such field', () => {
    const state = {
      type: 'device.state',
      payload: { state: { name: 'connected' } },
    } as unknown as WharfEvent;
    expect(passes({ chatType: 'group', kinds: ['text'] }, state)).toBe(true);
  });
});
