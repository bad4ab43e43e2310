import type { AutoReplyRule } from '../types/auto-reply-settings.js';
import { type ContentKind, textOf } from '../types/content.js';
import type { Message } from '../types/message.js';
import { LONGEST_TEXT } from '../types/outgoing.js';
import { fillTemplate } from '../types/reply-template.js';
import { type Groups, linearRegex } from '../util/linear-regex.js';
import { keywordMatcher } from './keywords.js';
import { kindOf } from './kinds.js';
import { isWithin, wallTime } from './schedule.js';

/** What is looked through for a pattern or a word: enough for a message, and little enough to take no time. */
const LONGEST_SEARCHED = 4_096;

/** What somebody says to somebody; not what is said about a message, nor what the account is told. */
const SAYINGS = new Set<ContentKind>([
  'text',
  'image',
  'video',
  'gif',
  'video_note',
  'audio',
  'voice',
  'document',
  'sticker',
  'location',
  'live_location',
  'contacts',
  'poll',
  'event',
  'buttons',
  'list',
  'group_invite',
  'product',
  'order',
  'button_response',
  'list_response',
  'flow_response',
]);

/** Whether a message is one that people answer. */
export const isSaying = ({ content }: Message): boolean => SAYINGS.has(content.kind);

/** A rule that is ready to be used. */
export interface ReplyRule {
  readonly settings: AutoReplyRule;
  /** The words to answer with; undefined when the rule does not match. They may be empty, when a template finds nothing. */
  answerTo(message: Message): string | undefined;
}

export function replyRule(settings: AutoReplyRule): ReplyRule {
  const find = finder(settings.match);
  const { reply, schedule, timeZone, answers } = settings;
  return {
    settings,
    answerTo(message) {
      if (!settings.isEnabled || !isSaying(message)) return undefined;
      if (!answers.includes(kindOf(message.chat))) return undefined;
      if (message.isFromMe && !answers.includes('own')) return undefined;
      const text = textOf(message.content);
      const groups = find(text.slice(0, LONGEST_SEARCHED));
      if (!groups) return undefined;
      if (schedule && !isWithin(schedule, wallTime(message.at, timeZone))) return undefined;
      if ('text' in reply) return reply.text;
      const { name = '', phone = '', savedName } = message.sender;
      const { time, date } = wallTime(message.at, timeZone);
      const values = { ...groups, name: savedName || name, phone, text, time, date };
      return fillTemplate(reply.template, values).slice(0, LONGEST_TEXT);
    },
  };
}

function finder(match: AutoReplyRule['match']): (text: string) => Groups | undefined {
  switch (match.type) {
    case 'any':
      return () => ({});
    case 'keyword': {
      const has = keywordMatcher(match.keywords);
      return (text) => (has(text) ? {} : undefined);
    }
    case 'regex': {
      const regex = linearRegex(match.pattern, match.isCaseSensitive);
      return (text) => regex.find(text);
    }
  }
}
