/** How much one thing after the other may compute before timers and other connections get their turn, in microseconds. */
const LONGEST_TURN_MICROS = 8_000;
/** So many go on in one turn, at least and at the most. */
const FEWEST = 8;
const MOST = 256;

/** Of this thread alone, where Node.js can say so: other threads of the process do not make a turn longer. */
const cpuUsage =
  (process as Partial<Pick<NodeJS.Process, 'cpuUsage'>> & { threadCpuUsage?: NodeJS.Process['cpuUsage'] })
    .threadCpuUsage ?? process.cpuUsage;

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
  // Not the time on the clock: on a busy machine most of it is that of others.
  const before = cpuUsage();
  const others = waiting.splice(0, share);
  left = share - others.length;
  for (const goOn of others) goOn();
  setImmediate(() => {
    isTurn = false;
    adapt(cpuUsage(before));
    if (waiting.length > 0) begin();
  });
}

function adapt({ user, system }: NodeJS.CpuUsage): void {
  const fits = Math.min(Math.max(LONGEST_TURN_MICROS / (user + system), 0.5), 2);
  // A short turn in which not all went on does not say that more would have been fine.
  if (fits > 1 && left > 0) return;
  share = Math.round(Math.min(Math.max(share * fits, FEWEST), MOST));
}
