/** Looks up a text of our locales. */
export type Translate = (key: string, values?: Record<string, string | number>) => string;

/** `selectableCount` as people write it: `Selectable count`. */
export function asWords(name: string): string {
  const words = name
    .replace(/([A-Z])/g, ' $1')
    .replaceAll('_', ' ')
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
