import { describe, expect, it } from 'vitest';
import type { LidRepository } from '../../store/store.js';
import type { Jid, MessageId } from '../../types/ids.js';
import { sentMessage } from './sent-message.js';

const VERA = '100@s.whatsapp.net' as Jid;
const GROUP = '5-5@g.us' as Jid;
const own = { jid: '1@s.whatsapp.net' as Jid, lid: '91@lid' as Jid };
const lids: LidRepository = {
  get: (pn) => (pn === '100' ? '900' : undefined),
  getPn: (lid) => (lid === '900' ? '100' : undefined),
  put: () => undefined,
  delete: () => undefined,
};
const filed = new Map<string, { chat: Jid; text: string }>([
  ['A', { chat: VERA, text: 'for Vera' }],
  ['B', { chat: '901@lid' as Jid, text: 'for somebody without a number' }],
  ['C', { chat: GROUP, text: 'for all' }],
]);
const getSentText = (id: MessageId, chat: Jid[]) => {
  const sent = filed.get(id);
  return sent && chat.includes(sent.chat) ? sent.text : undefined;
};
const ask = (id: string, remoteJid: string, participant?: string) =>
  sentMessage({ id, remoteJid, ...(participant ? { participant } : {}) }, { own, lids, getSentText })
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
    ['D', '100@s.whatsapp.net', undefined],
  ])('is not repeated: %s in %s for %s', (id, chat, participant) => {
    expect(ask(id, chat, participant)).toBeUndefined();
  });
});
