/** How much one thing after the other may compute before timers and other connections get their turn, unless told otherwise. */
const LONGEST_TURN_MICROS = 4_000;
/** So many go on in one turn, at least and at the most. */
const FEWEST = 4;
const MOST = 256;

/** Of this thread alone, where Node.js can say so: other threads of the process do not make a turn longer. */
const cpuUsage =
  (process as Partial<Pick<NodeJS.Process, 'cpuUsage'>> & { threadCpuUsage?: NodeJS.Process['cpuUsage'] })
    .threadCpuUsage ?? process.cpuUsage;

/**
 * Lets others in when much of one kind is done in one turn of the event loop: promises alone never let anybody in.
 *
 * How many go on in a turn is learned from how long those before took, and so each kind of work has an instance of its own.
 */
export class FairTurns {
  readonly #waiting: Array<() => void> = [];
  /** As many as went on within the time of a turn before. */
  #share = 16;
  #left = 0;
  #isTurn = false;

  constructor(private readonly longestTurnMicros = LONGEST_TURN_MICROS) {}

  /** Resolves at once, or in a later turn; whoever waits goes on in the order of coming. */
  async giveWay(): Promise<void> {
    if (!this.mayGoOn()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Whether there is room for one more in this turn, which is taken then. Who gets none may wait with `giveWay`. */
  mayGoOn(): boolean {
    if (!this.#isTurn) this.#begin();
    if (this.#left === 0) return false;
    this.#left -= 1;
    return true;
  }

  #begin(): void {
    this.#isTurn = true;
    // Not the time on the clock: on a busy machine most of it is that of others.
    const before = cpuUsage();
    const others = this.#waiting.splice(0, this.#share);
    this.#left = this.#share - others.length;
    for (const goOn of others) goOn();
    setImmediate(() => {
      this.#isTurn = false;
      this.#adapt(cpuUsage(before));
      if (this.#waiting.length > 0) this.#begin();
    });
  }

  #adapt({ user, system }: NodeJS.CpuUsage): void {
    const fits = Math.min(Math.max(this.longestTurnMicros / (user + system), 0.5), 2);
    // A short turn in which not all went on does not say that more would have been fine.
    if (fits > 1 && this.#left > 0) return;
    this.#share = Math.round(Math.min(Math.max(this.#share * fits, FEWEST), MOST));
  }
}
