import { RE2JS } from 're2js';

/** A pattern that was found in a text: what its groups took, by number and by name; undefined for a group that took no part. */
export type Groups = { [group: string]: string | undefined };

/** A regular expression that takes time in proportion to the text, whatever the pattern. */
export interface LinearRegex {
  /** The names of its groups: `0` for all of it, `1` and so on, and those that have a name of their own. */
  readonly groups: string[];
  find(text: string): Groups | undefined;
}

/**
 * Compiles a pattern in the syntax of RE2: without look-around and back references, which cannot be had in linear time.
 *
 * @throws Error whose message says what is wrong with the pattern
 */
export function linearRegex(pattern: string, isCaseSensitive: boolean): LinearRegex {
  const compiled = RE2JS.compile(pattern, isCaseSensitive ? 0 : RE2JS.CASE_INSENSITIVE);
  const numbers = Array.from({ length: compiled.groupCount() + 1 }, (_, number) => number);
  const names = Object.keys(compiled.namedGroups());
  return {
    groups: [...numbers.map(String), ...names],
    find(text) {
      const matcher = compiled.matcher(text);
      if (!matcher.find()) return undefined;
      const found = [...numbers, ...names].map((group) => [group, matcher.group(group) ?? undefined]);
      return Object.fromEntries(found) as Groups;
    },
  };
}
