import { describe, expect, it } from 'vitest';
import type { LidRepository } from '../../store/store.js';
import type { Jid } from '../../types/ids.js';
import type { Message } from '../../types/message.js';
import type { FindMessage } from '../wire.js';
import { loadBaileys } from './load.js';
import { forgetSentMessages, sentMessage } from './sent-message.js';

const baileys = await loadBaileys();
const VERA = '100@s.whatsapp.net' as Jid;
const GROUP = '5-5@g.us' as Jid;
const own = { jid: '1@s.whatsapp.net' as Jid, lid: '91@lid' as Jid };
const lids: LidRepository = {
  get: (pn) => (pn === '100' ? '900' : undefined),
  getPn: (lid) => (lid === '900' ? '100' : undefined),
  put: () => undefined,
  delete: () => undefined,
};
const filed = new Map<string, { chat: Jid; text: string; isFromMe?: boolean }>([
  ['A', { chat: VERA, text: 'for Vera' }],
  ['B', { chat: '901@lid' as Jid, text: 'for somebody without a number' }],
  ['C', { chat: GROUP, text: 'for all' }],
  ['E', { chat: VERA, text: 'of Vera', isFromMe: false }],
  ['F', { chat: 'status@broadcast' as Jid, text: 'for the curious' }],
]);
const find: FindMessage = (id) => {
  const sent = filed.get(id);
  if (!sent) return undefined;
  const { chat, text, isFromMe = true } = sent;
  return { message: { id, chat, isFromMe, content: { kind: 'text', text } } as Message };
};
const ask = (id: string, remoteJid: string, participant?: string) =>
  sentMessage({ id, remoteJid, ...(participant ? { participant } : {}) }, { baileys, own, lids, find })
    ?.conversation;

describe('a message of ours that could not be read', () => {
  it.each([
    ['A', '100@s.whatsapp.net', undefined, 'for Vera'],
    ['A', '100:3@s.whatsapp.net', '100:3@s.whatsapp.net', 'for Vera'],
    ['A', '900:3@lid', '900:3@lid', 'for Vera'],
    ['A', '900@lid', '100:3@s.whatsapp.net', 'for Vera'],
    ['A', '100@s.whatsapp.net', '1:7@s.whatsapp.net', 'for Vera'],
    ['A', '900@lid', '91:7@lid', 'for Vera'],
    ['B', '901:2@lid', '901:2@lid', 'for somebody without a number'],
    ['C', GROUP, '900:3@lid', 'for all'],
    ['F', 'status@broadcast', '900:3@lid', 'for the curious'],
  ])('is repeated: %s in %s for %s', (id, chat, participant, text) => {
    expect(ask(id, chat, participant)).toBe(text);
  });

  it.each([
    ['A', '101@s.whatsapp.net', undefined],
    ['A', '901@lid', '901@lid'],
    ['A', '100@s.whatsapp.net', '101:3@s.whatsapp.net'],
    ['A', '900@lid', '901:3@lid'],
    ['A', GROUP, '100@s.whatsapp.net'],
    ['B', '100@s.whatsapp.net', '901@lid'],
    ['E', '100@s.whatsapp.net', undefined],
    ['D', '100@s.whatsapp.net', undefined],
  ])('is not repeated: %s in %s for %s', (id, chat, participant) => {
    expect(ask(id, chat, participant)).toBeUndefined();
  });
});

describe('what Baileys remembers of its own', () => {
  const message = baileys.proto.Message.fromObject({ conversation: 'for Vera' });
  const silent = { debug: () => undefined, warn: () => undefined };
  const forgetful = () => {
    const messageRetryManager = new baileys.MessageRetryManager(silent as never, 5);
    forgetSentMessages({ messageRetryManager } as never);
    return messageRetryManager;
  };

  it('is no message', () => {
    const manager = forgetful();
    manager.addRecentMessage(VERA, 'A', message);
    expect(manager.getRecentMessage(VERA, 'A')).toBeUndefined();
    manager.markRetrySuccess('A');
    manager.clear();
  });

  it('is the keys of the hundred who asked last', () => {
    const manager = forgetful();
    const key = new Uint8Array([5, 1]);
    for (let index = 0; index <= 100; index += 1) manager.saveBaseKey(`${index}.0`, 'A', key);
    expect(manager.hasSameBaseKey('1.0', 'A', key)).toBe(true);
    expect(manager.hasSameBaseKey('1.0', 'A', new Uint8Array([5, 2]))).toBe(false);
    expect(manager.hasSameBaseKey('0.0', 'A', key)).toBe(false);
  });
});
