const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/** Without case and accents: `Größe` and `GROSSE` are one word. */
const fold = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{Script=Inherited}/gu, '')
    .toUpperCase()
    .toLowerCase();

/** The words, each with a blank on both sides. */
const spaced = (folded: string): string =>
  ` ${folded
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .filter(Boolean)
    .join(' ')} `;

/** Finds keywords and phrases as whole words; those without words (an emoji), or in a script without spaces, anywhere. */
export function keywordMatcher(keywords: string[]): (text: string) => boolean {
  const wanted = keywords.map((keyword) => {
    const folded = fold(keyword);
    const words = spaced(folded);
    const isAnywhere = words.trim() === '' || UNSPACED.test(folded);
    return isAnywhere ? { part: folded || keyword } : { words };
  });
  return (text) => {
    const folded = fold(text);
    const words = spaced(folded);
    return wanted.some((one) => ('words' in one ? words.includes(one.words) : folded.includes(one.part)));
  };
}
