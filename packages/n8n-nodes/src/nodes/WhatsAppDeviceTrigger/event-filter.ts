import type { WharfEvent } from '@wharf/core';
import { SetupError } from '../../shared/errors.js';
import { wordsOf } from '../../shared/simplify.js';

/** The filters as the node has them. */
export interface Filters {
  chatType?: 'direct' | 'group';
  chats?: { values?: { chat?: { value?: unknown } | string }[] };
  kinds?: string[];
  text?: string;
  author?: 'anybody' | 'others' | 'me';
}

/**
 * Makes the test an event must pass.
 *
 * @throws SetupError for a regular expression that is none
 */
export function makeFilter({ chatType, chats, kinds, text, author = 'others' }: Filters) {
  const wanted = new Set((chats?.values ?? []).map(({ chat }) => addressOf(chat)).filter(Boolean));
  const matches = text ? textTest(text) : undefined;
  return (event: WharfEvent): boolean => {
    const chat = chatOf(event);
    if (chat !== undefined) {
      if (wanted.size > 0 && !wanted.has(chat)) return false;
      if (chatType && (chatType === 'group') !== chat.endsWith('@g.us')) return false;
    }
    if (event.type !== 'message') return true;
    const { content, isFromMe } = event.payload;
    if (author !== 'anybody' && isFromMe !== (author === 'me')) return false;
    if (kinds && kinds.length > 0 && !kinds.includes(content.kind)) return false;
    return !matches || matches(wordsOf(content) ?? '');
  };
}

/** The chat an event is about. */
function chatOf({ payload }: WharfEvent): string | undefined {
  return 'chat' in payload && typeof payload.chat === 'string' ? payload.chat : undefined;
}

/** As people write it: a number becomes the address of its chat. */
function addressOf(chat: { value?: unknown } | string | undefined): string {
  const text = String(typeof chat === 'object' ? (chat.value ?? '') : (chat ?? '')).trim();
  if (text === '' || text.includes('@')) return text;
  return `${text.replace(/^(\+|00)/, '').replace(/\D/g, '')}@s.whatsapp.net`;
}

function textTest(text: string): (words: string) => boolean {
  const [, pattern, flags = ''] = /^\/(.+)\/([a-z]*)$/s.exec(text) ?? [];
  if (pattern === undefined) {
    const wanted = text.toLowerCase();
    return (words) => words.toLowerCase().includes(wanted);
  }
  const expression = expressionOf(pattern, flags);
  if (expression) return (words) => expression.test(words);
  throw new SetupError(
    'The filter "Text Matches" is no regular expression.',
    'Correct it, or leave the slashes out to look for words.',
  );
}

function expressionOf(pattern: string, flags: string): RegExp | undefined {
  try {
    return new RegExp(pattern, flags.replace(/[gy]/g, ''));
  } catch {
    return undefined;
  }
}
