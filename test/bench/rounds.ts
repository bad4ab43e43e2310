import { type ContestantName, occasional } from './contestants/all.js';
import type { CpuShare, Measure, Reading, Result } from './measure.js';
import { median } from './statistics.js';
import { Surroundings, startSimulator } from './surroundings.js';

interface RoundsOptions {
  contestants: ContestantName[];
  isQuick: boolean;
  scratch: string;
  profiles: string | undefined;
  say(text: string): void;
}

/** Takes one measure of every contestant, in turn: whatever slows the machine down for a while strikes all of them. */
export async function takeRounds(measure: Measure, options: RoundsOptions): Promise<Result[]> {
  const { contestants, isQuick, scratch, profiles, say } = options;
  const rounds = isQuick ? 1 : measure.rounds;
  const simulator = await startSimulator();
  const taking = contestants.filter((name) =>
    occasional.includes(name) ? measure.takesAlso?.includes(name) : !measure.leavesOut?.includes(name),
  );
  const all = taking.map((name) => new Surroundings(name, simulator, isQuick, scratch, profiles));
  const readings = new Map<ContestantName, Reading[]>(taking.map((name) => [name, []]));
  try {
    const prepared = new Map<ContestantName, unknown>();
    for (const around of all) prepared.set(around.contestant, await measure.prepare?.(around));
    for (let round = 0; round < rounds; round += 1) {
      for (const around of startingWith(all, round % all.length)) {
        const taken = await measure.run(around, prepared.get(around.contestant));
        readings.get(around.contestant)?.push(...taken);
        const [first] = taken;
        if (first)
          say(`  ${measure.name} ${round + 1}/${rounds} ${around.contestant}: ${first.name} ${brief(first)}`);
      }
    }
  } finally {
    await Promise.all(all.map((around) => around.end()));
    await simulator.stop();
  }
  return [...readings].flatMap(([contestant, taken]) => summarize(contestant, taken));
}

/** The same in another order: who comes first meets a simulator that has done less. */
export function startingWith<T>(items: T[], index: number): T[] {
  return [...items.slice(index), ...items.slice(0, index)];
}

/** Medians and spread of what one contestant showed, in the order in which it was measured. */
export function summarize(contestant: ContestantName, readings: Reading[]): Result[] {
  return [...Map.groupBy(readings, ({ name }) => name)].map(([name, ofName]) => {
    const values = ofName.map(({ value }) => value);
    return {
      name,
      contestant,
      median: median(values),
      min: Math.min(...values),
      max: Math.max(...values),
      unit: ofName[0]?.unit ?? '',
      cpuShare: medianShare(ofName.flatMap(({ cpuShare }) => cpuShare ?? [])),
    };
  });
}

function medianShare(shares: CpuShare[]): CpuShare | null {
  if (shares.length === 0) return null;
  return {
    contestant: median(shares.map(({ contestant }) => contestant)),
    simulator: median(shares.map(({ simulator }) => simulator)),
  };
}

const brief = ({ value, unit }: Reading): string => `${value.toPrecision(4)} ${unit}`;
