import type { Message } from '@wharf/core';
import type { NodeAPI } from 'node-red';
import { describe, expect, it } from 'vitest';
import { makeFilter } from './filter.js';
import { atOutput, toNodeMessage } from './message.js';
import { type MessageInSettings, messageInDefaults, outputsOf, upgradeMessageIn } from './settings.js';

const text = {
  id: 'M1',
  chat: '491701234567@s.whatsapp.net',
  isGroup: false,
  isFromMe: false,
  sender: { jid: '491701234567@s.whatsapp.net', lid: '77@lid', phone: '491701234567', name: 'Vera' },
  content: { kind: 'text', text: 'hi there' },
  at: 1,
  isOffline: false,
} as Message;
const inGroup = { ...text, isGroup: true, chat: '120363000@g.us' } as Message;
const own = { ...text, isFromMe: true } as Message;
const picture = { ...text, content: { kind: 'image', caption: 'a cat', media: {} } } as Message;

const RED = { _: (key: string) => key } as unknown as NodeAPI;
const filter = (settings: Partial<MessageInSettings>) =>
  makeFilter(RED, { ...messageInDefaults, ...settings });

describe('The filter', () => {
  it.each<[string, Partial<MessageInSettings>, Message, number | undefined]>([
    ['lets everything through', {}, text, 0],
    ['lets groups through', {}, inGroup, 0],
    ['lets pictures through', {}, picture, 0],
    ['keeps own messages back', {}, own, undefined],
    ['lets own messages through on request', { includeOwn: true }, own, 0],
    ['keeps groups back', { chats: 'direct' }, inGroup, undefined],
    ['keeps direct chats back', { chats: 'group' }, text, undefined],
    ['keeps pictures back', { kinds: ['text'] }, picture, undefined],
    ['has one output for the kinds', { kinds: ['text', 'image'] }, picture, 0],
    ['has an output for each kind on request', { kinds: ['text', 'image'], splitKinds: true }, picture, 1],
    ['knows a chat by its number', { onlyChats: ['+49 170 1234567'] }, text, 0],
    ['knows a chat by its JID', { onlyChats: ['491701234567@s.whatsapp.net'] }, text, 0],
    ['knows a chat by its LID', { onlyChats: ['77@lid'] }, text, 0],
    ['knows one of several chats', { onlyChats: ['120363000@g.us', '4915550000'] }, inGroup, 0],
    [
      'takes a number for the chat, not the sender in a group',
      { onlyChats: ['491701234567'] },
      inGroup,
      undefined,
    ],
    ['does not take a LID for the sender in a group', { onlyChats: ['77@lid'] }, inGroup, undefined],
    ['keeps another chat back', { onlyChats: ['+49 170 7654321'] }, text, undefined],
    ['finds words in the text', { text: 'THERE' }, text, 0],
    ['finds words in a caption', { text: 'cat' }, picture, 0],
    ['keeps other texts back', { text: 'dog' }, text, undefined],
    ['takes a regular expression', { text: '^hi\\b', textIs: 'regex' }, text, 0],
    ['takes one with flags', { text: '/^HI/', textIs: 'regex' }, text, undefined],
    ['lets who is allowed through', { allowed: ['+49 170 1234567'] }, text, 0],
    ['knows who is allowed in a group', { allowed: ['+49 170 1234567'] }, inGroup, 0],
    ['allows everybody in a group that is named', { allowed: ['120363000@g.us'] }, inGroup, 0],
    ['takes everybody else to the last output', { allowed: ['4915550000'] }, text, 1],
    [
      'that is the last one of several',
      { allowed: ['4915550000'], kinds: ['text', 'image'], splitKinds: true },
      text,
      2,
    ],
    ['allows the account itself', { allowed: ['4915550000'], includeOwn: true }, own, 0],
  ])('%s', (_what, settings, message, expected) => {
    expect(filter(settings)(message)).toBe(expected);
  });

  it.each<[string, Partial<MessageInSettings>]>([
    ['CHAT_FILTER_INVALID', { onlyChats: ['Vera'] }],
    ['CHAT_FILTER_INVALID', { allowed: ['Vera'] }],
    ['PATTERN_INVALID', { text: '(', textIs: 'regex' }],
  ])('refuses settings with %s', (code, settings) => {
    expect(() => filter(settings)).toThrow(expect.objectContaining({ code }));
  });
});

describe('The outputs', () => {
  it.each<[Partial<MessageInSettings>, number]>([
    [{}, 1],
    [{ kinds: ['text', 'image'] }, 1],
    [{ kinds: ['text', 'image'], splitKinds: true }, 2],
    [{ splitKinds: true, allowed: ['1'] }, 2],
    [{ kinds: ['text', 'image'], splitKinds: true, allowed: ['1'] }, 3],
  ])('of %o are %i', (settings, expected) => {
    expect(outputsOf({ ...messageInDefaults, ...settings })).toBe(expected);
  });

  it('are told apart by where a message stands', () => {
    expect(atOutput(0, { payload: 1 })).toEqual({ payload: 1 });
    expect(atOutput(2, { payload: 1 })).toEqual([null, null, { payload: 1 }]);
  });
});

describe('Settings of version 1', () => {
  it.each([
    [
      { kinds: 'all', chat: '' },
      { kinds: [], onlyChats: [] },
    ],
    [
      { kinds: 'text', chat: '77@lid', name: 'x' },
      { kinds: ['text'], onlyChats: ['77@lid'], name: 'x' },
    ],
  ])('%o are read as %o', (saved, expected) => {
    expect(upgradeMessageIn(saved, 1)).toEqual(expected);
  });
});

describe('The Node-RED message', () => {
  const event = { seq: 1, id: 'e1', type: 'message', deviceId: 'phone', at: 2 };

  it('has the text, the chat, and all that is known', () => {
    expect(toNodeMessage({ ...event, payload: text } as never)).toEqual({
      payload: 'hi there',
      topic: text.chat,
      whatsapp: { device: 'phone', chat: text.chat, message: text, eventId: 'e1' },
    });
  });

  it('has the content of what is no text', () => {
    expect(toNodeMessage({ ...event, payload: picture } as never).payload).toEqual(picture.content);
  });
});
