import type { Jid } from '../../types/ids.js';

/** Scripts that do without spaces between words, or put several words into one: each sign counts as a word of its own. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]\p{M}*/gu;
const HAS_UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/** Longer than what WhatsApp takes in one message is found by its beginning. */
const LONGEST = 65_536;

/** A text as the index takes it in. */
export function searchWords(text: string): string {
  const indexed = text.slice(0, LONGEST);
  return HAS_UNSPACED.test(indexed) ? indexed.replace(UNSPACED, ' $& ') : indexed;
}

/** Where a message belongs. */
export interface MessageScope {
  account: number;
  chat?: Jid | undefined;
  /** Who wrote it. */
  from?: Jid | undefined;
}

/**
 * Where a message belongs, as words that no text has: the chat, and who wrote.
 *
 * The account is not one of them: a word that all messages have is slow to intersect with, so its rows are told apart afterwards.
 */
export function scopeWords({ account, chat, from }: MessageScope): string[] {
  return [
    ...(chat === undefined ? [] : [`chat${account}x${wordOf(chat)}`]),
    ...(from === undefined ? [] : [`from${account}x${wordOf(from)}`]),
  ];
}

/** The question to the index for all that belongs somewhere. */
export function scopeQuery(scope: MessageScope): string {
  return `scope : (${scopeWords(scope).join(' AND ')})`;
}

/**
 * The question to the index, for all words of a text in any order; undefined when there is no word in it.
 *
 * Signs that stand together are looked for together. A word with `*` behind it stands for all that begin so: only when it is
 * asked for, since the index then has to bring together what it knows of every such word.
 */
export function searchQuery(scope: MessageScope, text: string): string | undefined {
  const terms = text.match(/[\p{L}\p{N}\p{M}\p{Co}]+\*?/gu) ?? [];
  if (terms.length === 0) return undefined;
  const words = terms.map((term) => {
    const signs = searchWords(term.replace('*', '')).trim().replace(/ +/g, ' ');
    return `"${signs}"${term.endsWith('*') ? ' *' : ''}`;
  });
  const within = scopeWords(scope).length > 0 ? `${scopeQuery(scope)} AND ` : '';
  return `${within}words : (${words.join(' AND ')})`;
}

/** The index knows letters and digits only. Jids differ in their other signs, too: 1-23@g.us is not 12-3@g.us. */
const wordOf = (jid: Jid): string => jid.replace(/[^A-Za-z0-9]/g, (sign) => `z${sign.charCodeAt(0)}z`);
