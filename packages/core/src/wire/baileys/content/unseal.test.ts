import { beforeAll, describe, expect, it } from 'vitest';
import type { Jid, MessageId } from '../../../types/ids.js';
import type { KnownMessage } from '../../wire.js';
import { type Baileys, loadBaileys } from '../load.js';
import type { Frame } from './frame.js';
import { readContent } from './read-content.js';
import { type SealPurpose, seal } from './sealed.js';

const own = { jid: '15550001@s.whatsapp.net' as Jid, lid: '77@lid' as Jid };
const vera = { jid: '15550009@s.whatsapp.net' as Jid, lid: '99@lid' as Jid };
const chat = '120363@g.us' as Jid;
const frame: Frame = { id: 'M1' as MessageId, chat, isGroup: true, isFromMe: false, sender: vera, own };
const secret = Buffer.alloc(32, 7);

let baileys: Baileys;
beforeAll(async () => {
  baileys = await loadBaileys();
});

/** A text that carries a secret, by us or by Vera. */
function known(isFromMe: boolean): KnownMessage {
  const raw = { conversation: 'sale', messageContextInfo: { messageSecret: secret } };
  return {
    message: {
      id: 'M0' as MessageId,
      chat,
      isGroup: true,
      isFromMe,
      sender: isFromMe ? own : vera,
      content: { kind: 'text', text: 'sale' },
      at: 1,
      isOffline: false,
    },
    raw: baileys.proto.Message.encode(raw).finish(),
  };
}

const sealedBy = (purpose: SealPurpose, author: Jid, plaintext: Uint8Array) => ({
  targetMessageKey: { id: 'M0', remoteJid: chat, participant: author },
  ...seal({ secret, id: 'M0', author, answerer: vera.lid }, purpose, plaintext),
});

describe('a sealed reaction', () => {
  it('is read with the message that it is for, and is unsupported without', () => {
    const { proto } = baileys;
    const plaintext = proto.Message.ReactionMessage.encode({ text: '👍' }).finish();
    const message = { encReactionMessage: sealedBy('Enc Reaction', own.lid, plaintext) };
    const reading = readContent(baileys, message, frame);
    expect(reading?.unseal?.(() => known(true))).toEqual({
      kind: 'reaction',
      target: { id: 'M0', isFromMe: true, sender: own.jid },
      emoji: '👍',
    });
    const unreadable = { kind: 'unsupported', type: 'encReactionMessage' };
    expect(reading?.unseal?.(() => undefined)).toEqual(unreadable);
    // Somebody else's message has another author.
    expect(reading?.unseal?.(() => known(false))).toEqual(unreadable);
    expect(reading?.content).toEqual(unreadable);
  });
});

describe('a comment', () => {
  it('is read with the post that it stands below, sealed or not', () => {
    const { proto } = baileys;
    const comment = { extendedTextMessage: { text: 'me too' } };
    const plaintext = proto.Message.encode(comment).finish();
    const { targetMessageKey, ...sealed } = sealedBy('Enc Comment', own.lid, plaintext);
    const expected = {
      kind: 'comment',
      target: { id: 'M0', isFromMe: true, sender: own.jid },
      text: 'me too',
    };
    const reading = readContent(baileys, { encCommentMessage: { targetMessageKey, ...sealed } }, frame);
    expect(reading?.unseal?.(() => known(true))).toEqual(expected);
    const unreadable = { kind: 'unsupported', type: 'encCommentMessage' };
    expect(reading?.unseal?.(() => undefined)).toEqual(unreadable);
    expect(reading?.unseal?.(() => known(false))).toEqual(unreadable);
    const open = readContent(baileys, { commentMessage: { targetMessageKey, message: comment } }, frame);
    expect(open?.content).toEqual(expected);
  });
});

describe('a sealed edit', () => {
  it.each([
    ['alone', (editedMessage: object) => editedMessage],
    ['in an envelope', (editedMessage: object) => ({ protocolMessage: { type: 14, editedMessage } })],
  ])('is read with the message that it changes: %s', (_, wrap) => {
    const { proto } = baileys;
    const plaintext = proto.Message.encode(wrap({ extendedTextMessage: { text: 'sold out' } })).finish();
    const sealed = sealedBy('Message Edit', vera.lid, plaintext);
    const read = (secretEncType: number) =>
      readContent(baileys, { secretEncryptedMessage: { ...sealed, secretEncType } }, frame);
    expect(read(2)?.unseal?.(() => known(false))).toEqual({
      kind: 'edit',
      target: { id: 'M0', isFromMe: false, sender: vera.jid },
      text: 'sold out',
    });
    const unreadable = { kind: 'unsupported', type: 'secretEncryptedMessage' };
    expect(read(2)?.unseal?.(() => known(true))).toEqual(unreadable);
    // It was sealed as the edit of a message: as that of an event, or of what nobody knows yet, it does not open.
    for (const type of [1, 3, 4, 99]) expect(read(type)?.unseal?.(() => known(false))).toEqual(unreadable);
  });
});
