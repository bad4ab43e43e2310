import { performance } from 'node:perf_hooks';

/** How long one thing after the other may go on before timers and other connections get their turn. */
const LONGEST_TURN_MS = 8;
/** So many go on in one turn, at least and at the most. */
const FEWEST = 8;
const MOST = 256;

const waiting: Array<() => void> = [];
/** As many as went on within the time of a turn before. */
let share = 32;
let left = 0;
let isTurn = false;

/**
 * Gives way when much goes on in this turn of the event loop already: promises alone never let anybody in.
 *
 * Whoever waits goes on in the order of coming, a few in each turn.
 */
export async function giveWay(): Promise<void> {
  if (!isTurn) begin();
  if (left > 0) left -= 1;
  else await new Promise<void>((resolve) => waiting.push(resolve));
}

function begin(): void {
  isTurn = true;
  const startedAt = performance.now();
  const others = waiting.splice(0, share);
  left = share - others.length;
  for (const goOn of others) goOn();
  setImmediate(() => {
    isTurn = false;
    // Only a turn in which all went on says how many are too many.
    if (left === 0) adapt(performance.now() - startedAt);
    if (waiting.length > 0) begin();
  });
}

function adapt(tookMs: number): void {
  const fits = Math.min(Math.max(LONGEST_TURN_MS / tookMs, 0.5), 2);
  share = Math.round(Math.min(Math.max(share * fits, FEWEST), MOST));
}
