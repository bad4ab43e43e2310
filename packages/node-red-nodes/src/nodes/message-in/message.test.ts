import type { Message } from '@wharf/core';
import { describe, expect, it } from 'vitest';
import { type MessageFilter, passes, toNodeMessage } from './message.js';

const text = {
  id: 'M1',
  chat: '491701234567@s.whatsapp.net',
  isGroup: false,
  isFromMe: false,
  sender: { jid: '491701234567@s.whatsapp.net', lid: '77@lid', phone: '491701234567', name: 'Vera' },
  content: { kind: 'text', text: 'hi' },
  at: 1,
  isOffline: false,
} as Message;
const inGroup = { ...text, isGroup: true, chat: '120363000@g.us' } as Message;
const own = { ...text, isFromMe: true } as Message;
const picture = { ...text, content: { kind: 'unsupported', type: 'imageMessage' } } as Message;

const all: MessageFilter = { chats: 'both', kinds: 'all', includeOwn: false, chat: '' };

describe('The filter', () => {
  it.each<[string, Partial<MessageFilter>, Message, boolean]>([
    ['lets everything through', {}, text, true],
    ['lets groups through', {}, inGroup, true],
    ['lets pictures through', {}, picture, true],
    ['keeps own messages back', {}, own, false],
    ['lets own messages through on request', { includeOwn: true }, own, true],
    ['keeps groups back', { chats: 'direct' }, inGroup, false],
    ['keeps direct chats back', { chats: 'group' }, text, false],
    ['keeps pictures back', { kinds: 'text' }, picture, false],
    ['knows a chat by its number', { chat: '+49 170 1234567' }, text, true],
    ['knows a chat by its JID', { chat: '491701234567@s.whatsapp.net' }, text, true],
    ['knows a chat by its LID', { chat: '77@lid' }, text, true],
    ['knows a group', { chat: '120363000@g.us' }, inGroup, true],
    ['takes a number for the chat, not for the sender in a group', { chat: '491701234567' }, inGroup, false],
    ['does not take a LID for the sender in a group', { chat: '77@lid' }, inGroup, false],
    ['keeps another chat back', { chat: '+49 170 7654321' }, text, false],
  ])('%s', (_what, filter, message, expected) => {
    expect(passes(message, { ...all, ...filter })).toBe(expected);
  });
});

describe('The Node-RED message', () => {
  const event = { seq: 1, id: 'e1', type: 'message', deviceId: 'phone', at: 2 };

  it('has the text, the chat, and all that is known', () => {
    expect(toNodeMessage({ ...event, payload: text } as never)).toEqual({
      payload: 'hi',
      topic: text.chat,
      whatsapp: { device: 'phone', chat: text.chat, message: text, eventId: 'e1' },
    });
  });

  it('has no text for a kind that is not supported', () => {
    expect(toNodeMessage({ ...event, payload: picture } as never).payload).toBeNull();
  });
});
