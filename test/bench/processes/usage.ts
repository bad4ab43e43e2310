/** What a process had used up at a moment. */
export interface Usage {
  /** Milliseconds of the clock that all processes of a machine share. */
  atMs: number;
  /** Processor time of all its threads. */
  cpuMs: number;
  rssBytes: number;
}

/** The monotonic clock of the machine: readings of different processes can be compared. */
export function nowMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

export function usage(): Usage {
  const { user, system } = process.cpuUsage();
  return { atMs: nowMs(), cpuMs: (user + system) / 1_000, rssBytes: process.memoryUsage.rss() };
}
