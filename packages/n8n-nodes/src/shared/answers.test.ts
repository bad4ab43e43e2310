import type { Message } from '@wharf/core';
import { describe, expect, it } from 'vitest';
import { answerOf, type Question } from './answers.js';

const question: Question = {
  url: 'http://127.0.0.1/x',
  messageId: 'Q',
  by: 'poll',
  approve: 'Yes',
  decline: 'No',
  allowed: [],
};

const message = (content: object, isFromMe = false) =>
  ({
    id: 'A',
    chat: '15550002@s.whatsapp.net',
    isGroup: false,
    isFromMe,
    sender: { jid: '15550002@s.whatsapp.net', phone: '15550002', name: 'Bob' },
    content,
    at: 0,
    isOffline: false,
  }) as unknown as Message;
const vote = (...options: string[]) => message({ kind: 'poll_vote', target: { id: 'Q' }, options });

describe('an answer in the chat', () => {
  it('is a vote for one of the two choices', () => {
    expect(answerOf(question, vote('Yes'))).toMatchObject({
      approved: true,
      responder: { phone: '15550002' },
    });
    expect(answerOf(question, vote('No'))).toMatchObject({ approved: false });
    expect(answerOf(question, vote())).toBeUndefined();
  });

  it('counts from those who may give it', () => {
    expect(answerOf({ ...question, allowed: ['+1 555 0003'] }, vote('Yes'))).toBeUndefined();
    expect(answerOf({ ...question, allowed: ['+1 555 0002'] }, vote('Yes'))).toBeDefined();
    const own = message({ kind: 'poll_vote', target: { id: 'Q' }, options: ['Yes'] }, true);
    expect(answerOf(question, own)).toBeUndefined();
  });

  it('is a reaction, whatever the skin tone', () => {
    const thumbs: Question = { ...question, by: 'reaction', approve: '👍', decline: '👎' };
    const react = (emoji: string) => message({ kind: 'reaction', target: { id: 'Q' }, emoji });
    expect(answerOf(thumbs, react('👍🏽'))).toMatchObject({ approved: true });
    expect(answerOf(thumbs, react('😀'))).toBeUndefined();
  });

  it('is any quoted reply where a text is asked for', () => {
    const { approve: _, decline: __, ...free } = question;
    const reply = message({ kind: 'text', text: ' tomorrow ', quoted: { id: 'Q' } });
    expect(answerOf({ ...free, by: 'reply' }, reply)).toMatchObject({ text: 'tomorrow' });
  });
});
