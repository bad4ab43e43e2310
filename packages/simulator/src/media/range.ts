/**
 * Reads a `Range` header with a single range of bytes.
 *
 * @returns both ends, inclusive; undefined if there is no range (or a form of it that servers may ignore).
 */
export function readRange(
  header: string | undefined,
  byteLength: number,
): { start: number; end: number } | 'unsatisfiable' | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return undefined;
  const [from, to] = [match[1] ?? '', match[2] ?? ''];
  const start = from === '' ? Math.max(0, byteLength - Number(to)) : Number(from);
  const end = from === '' || to === '' ? byteLength - 1 : Math.min(Number(to), byteLength - 1);
  return start > end ? 'unsatisfiable' : { start, end };
}
