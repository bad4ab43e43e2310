import type { WAMessage } from '@whiskeysockets/baileys';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Jid } from '../../types/ids.js';
import { type Baileys, loadBaileys } from './load.js';
import { readEnvelope, readMessage } from './read-message.js';

const own = { jid: '15550001@s.whatsapp.net' as Jid };
const group = '120363@g.us';
const pnOf = (lid: string) => (lid === '99' ? '15550009' : undefined);
const vera = { jid: '15550009@s.whatsapp.net', lid: '99@lid', phone: '15550009' };

let baileys: Baileys;
beforeAll(async () => {
  baileys = await loadBaileys();
});

const raw = (key: object, message?: object) =>
  ({ key: { id: 'M1', fromMe: false, ...key }, messageTimestamp: 1, message }) as unknown as WAMessage;

describe('whose a message is', () => {
  it('is told by number, which comes with it or is known', () => {
    for (const key of [
      { remoteJid: '99@lid', remoteJidAlt: vera.jid },
      { remoteJid: '99@lid' },
      { remoteJid: vera.jid, remoteJidAlt: '99@lid' },
    ])
      expect(readEnvelope(raw(key), own, pnOf)).toMatchObject({ chat: vera.jid, sender: vera });
    const inGroup = { remoteJid: group, participant: '99:3@lid' };
    expect(readEnvelope(raw(inGroup), own, pnOf)).toMatchObject({ chat: group, sender: vera });
    expect(readEnvelope(raw({ ...inGroup, fromMe: true }), own, pnOf)).toMatchObject({ sender: own });
  });

  it('is told by the hidden address as long as nothing else is known', () => {
    const stranger = { jid: '55@lid', lid: '55@lid' };
    const envelope = readEnvelope(raw({ remoteJid: '55@lid' }), own, pnOf);
    expect(envelope).toMatchObject({ chat: '55@lid', sender: stranger });
    expect(envelope?.sender).not.toHaveProperty('phone');
  });
});

describe('a plain text', () => {
  it('is kept as a protobuf only in a group, where what is said to it may be sealed with its secret', () => {
    const message = { conversation: 'hello', messageContextInfo: { messageSecret: Buffer.alloc(32, 7) } };
    const read = (remoteJid: string, said: object) => {
      const one = raw({ remoteJid, participant: '99@lid' }, said);
      const envelope = readEnvelope(one, own, pnOf);
      return envelope && readMessage(baileys, one, envelope, false, own);
    };
    const text = { kind: 'text', text: 'hello' };
    expect(read(group, message)).toMatchObject({ message: { content: text }, raw: expect.any(Uint8Array) });
    expect(read('99@lid', message)).toMatchObject({ message: { content: text } });
    expect(read('99@lid', message)).not.toHaveProperty('raw');
    expect(read(group, { conversation: 'hello' })).not.toHaveProperty('raw');
  });
});
