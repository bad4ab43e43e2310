import type { NodeAPI, NodeMessageInFlow } from 'node-red';
import { describe, expect, it } from 'vitest';
import type { NodeLife } from './define-node.js';
import { choose, chooseRecipient, originOf } from './precedence.js';

const received = { topic: 'topic', whatsapp: { chat: 'chat', device: 'phone', message: { id: 'M1' } } };
const RED = {
  util: {
    evaluateNodeProperty: (
      name: string,
      type: string,
      _node: object,
      message: Record<string, unknown>,
      callback: (error: Error | null, value: unknown) => void,
    ) => callback(null, type === 'msg' ? message[name] : name),
  },
} as unknown as NodeAPI;
const life = { RED, node: {} } as NodeLife;
const incoming = (message: object) => message as NodeMessageInFlow;

describe('What holds for a message', () => {
  const set = { value: 'set', type: 'str' } as const;
  it.each([
    ['what it asks for, over the setting', { device: 'wished' }, set, 'wished'],
    ['the setting, when it asks for nothing', {}, set, 'set'],
    ['the setting, when what it asks for is blank', { device: '' }, set, 'set'],
    ['nothing, when both are blank', {}, { value: '', type: 'str' } as const, undefined],
    ['a chat that was picked by name', {}, { value: '1@g.us', type: 'chat' } as const, '1@g.us'],
  ])('is %s', async (_what, message, setting, expected) => {
    expect(await choose(life, incoming(message), 'device', setting)).toBe(expected);
  });
});

describe('The recipient', () => {
  const setting = { value: 'set', type: 'str' } as const;
  it.each([
    ['msg.to', { ...received, to: 'to' }, setting, 'to'],
    ['the setting', received, setting, 'set'],
    ['the chat it came from', received, undefined, 'chat'],
    ['the topic', { topic: 'topic' }, undefined, 'topic'],
    ['a number', { to: 491701234567 }, undefined, '491701234567'],
  ])('is %s', async (_what, message, set, expected) => {
    expect(await chooseRecipient(life, incoming(message), set)).toBe(expected);
  });

  it.each([
    ['nothing names one', {}],
    ['msg.to is no text, whoever it came from', { ...received, to: { name: 'Vera' } }],
  ])('is refused when %s', async (_what, message) => {
    await expect(chooseRecipient(life, incoming(message))).rejects.toMatchObject({
      code: 'RECIPIENT_INVALID',
    });
  });
});

describe('Where a message came from', () => {
  it('is told by message in', () => {
    expect(originOf(received)).toEqual({ device: 'phone', chat: 'chat', messageId: 'M1' });
  });

  it.each([[{}], [{ whatsapp: null }], [{ whatsapp: { chat: 7 } }]])('is unknown for %o', (message) => {
    expect(originOf(message)).toEqual({});
  });
});
