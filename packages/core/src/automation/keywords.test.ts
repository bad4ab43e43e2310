import { describe, expect, it } from 'vitest';
import { keywordMatcher } from './keywords.js';

describe('a keyword', () => {
  it('is found as a whole word, without case and accents', () => {
    const has = (keyword: string, text: string) => keywordMatcher([keyword])(text);
    for (const [keyword, text, isThere] of [
      ['hi', 'Oh, HI!', true],
      ['hi', 'this', false],
      ['café', 'CAFE?', true],
      ['größe', 'Welche GROSSE', true],
      ['opening hours', 'Your opening, hours?', true],
      ['opening hours', 'hours of opening', false],
      ['営業時間', '今日の営業時間は?', true],
      ['👍', 'ok👍', true],
      ['?', 'really?', true],
      ['مرحبا', 'مَرْحَبًا بك', true],
    ] as const)
      expect(has(keyword, text), `${keyword} in ${text}`).toBe(isThere);
  });
});
