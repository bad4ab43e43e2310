import type { Database } from './database.js';

/** Room for about a million messages in each second: until the year 2242 the number fits where JavaScript counts exactly. */
const PER_SECOND = 2 ** 20;
const LAST_SECOND = 2 ** 32;

/** The lowest number a message of this time, in epoch milliseconds, can have. */
export function firstSeqAt(at: number): number {
  const second = Math.floor(at / 1_000);
  return Math.min(Math.max(Number.isFinite(second) ? second : 0, 1), LAST_SECOND) * PER_SECOND;
}

/** The number below which all messages before a time are: those of its own second do not count as before. */
export const seqBefore = (at: number): number => firstSeqAt(at);

/**
 * Numbers messages in the order of their times, and within a second in the order of their arrival.
 *
 * Whatever is ordered or bounded by time then needs no index for that, nor does the search, which goes by this number.
 */
export function messageSeq(db: Database): (at: number) => number {
  const last = db
    .prepare<[number, number], number>('SELECT max(seq) FROM messages WHERE seq >= ? AND seq < ?')
    .pluck();
  return (at) => {
    const first = firstSeqAt(at);
    const latest = last.get(first, first + PER_SECOND) as number | null;
    return latest === null ? first : latest + 1;
  };
}
