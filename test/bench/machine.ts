import { arch, cpus, loadavg, release, totalmem, type } from 'node:os';

/** What a run was made on. A figure without it means nothing. */
export interface Machine {
  /** The day, as in 2026-01-31. */
  date: string;
  cores: number;
  processor: string;
  memoryGigabytes: number;
  system: string;
  node: string;
  /** Before the first and after the last measure: how many processes wanted to run, ours included. */
  loadAverage: [before: number, after: number];
}

export function describeMachine(loadBefore: number): Machine {
  const all = cpus();
  return {
    date: new Date().toISOString().slice(0, 10),
    cores: all.length,
    processor: all[0]?.model.trim() ?? 'unknown',
    memoryGigabytes: Math.round(totalmem() / 1024 ** 3),
    system: `${type()} ${release()} ${arch()}`,
    node: process.version,
    loadAverage: [loadBefore, currentLoad()],
  };
}

export const currentLoad = (): number => Math.round(10 * (loadavg()[0] ?? 0)) / 10;
