import type { ContestantName } from './contestants/all.js';
import type { Surroundings } from './surroundings.js';

/** Which share of a core each process took while something was measured: at about 1 it is the bottleneck. */
export interface CpuShare {
  contestant: number;
  simulator: number;
}

/** What one contestant showed in one round. */
export interface Reading {
  name: string;
  value: number;
  unit: string;
  cpuShare?: CpuShare;
}

/** Something that contestants are compared in. */
export interface Measure<Prepared = unknown> {
  /** As in `--only NAME`. */
  name: string;
  rounds: number;
  /** Contestants that it has nothing to say about. */
  leavesOut?: ContestantName[];
  /** Contestants that no other measure has anything to say about. */
  takesAlso?: ContestantName[];
  /** What every round of one contestant needs and none should pay for. */
  prepare?(around: Surroundings): Promise<Prepared>;
  run(around: Surroundings, prepared: Prepared): Promise<Reading[]>;
}

/** The results of all rounds of one contestant in one respect. */
export interface Result {
  name: string;
  contestant: ContestantName;
  median: number;
  min: number;
  max: number;
  unit: string;
  cpuShare: CpuShare | null;
}
