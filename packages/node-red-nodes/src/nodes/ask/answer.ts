import { type Message, type MessageId, textOf } from '@wharf/core';

/** A question that was asked and waits for its answer. */
export interface Question {
  deviceId: string;
  messageId: MessageId;
  chat: string;
  how: 'text' | 'poll';
  /** Whose answer counts in a group; undefined: everybody's. */
  from: string | undefined;
  /** The message of the flow, which goes on with the answer. */
  message: object;
}

/** What a message answers to a question; undefined when it is no answer to it. */
export function answerTo(question: Question, message: Message): string | string[] | undefined {
  const { content } = message;
  if (message.isFromMe) return undefined;
  if (question.how === 'poll') {
    if (content.kind !== 'poll_vote' || content.target.id !== question.messageId) return undefined;
    const { options = [] } = content;
    return options.length > 1 ? options : options[0];
  }
  const quoted = 'quoted' in content ? content.quoted?.id : undefined;
  if (quoted !== undefined && quoted !== question.messageId) return undefined;
  if (quoted === undefined && !isInConversation(question, message)) return undefined;
  return textOf(content) || undefined;
}

/** In a group, who was not asked answers by replying to the question. */
function isInConversation({ chat, from }: Question, { chat: where, isGroup, sender }: Message): boolean {
  if (!isGroup) return where === chat || sender.lid === chat;
  return where === chat && (from === undefined || from === sender.jid || from === sender.lid);
}
