import { type ContestantName, contestantNames } from '../contestants/all.js';
import type { Measure, Reading } from '../measure.js';
import type { Surroundings } from '../surroundings.js';

/** How something grows with something else, in one process. */
interface Curve<Prepared> {
  /** What grows. */
  axis: string;
  at: number[];
  quickAt: number[];
  prepare?(around: Surroundings): Promise<Prepared>;
  /** The readings at one point; their names begin with a capital letter. */
  take(around: Surroundings, x: number, prepared: Prepared): Promise<Reading[]>;
}

const SUBJECT: ContestantName = 'wharf';

/** The measure that takes the points of a curve: its readings are called `scaleChats1000Memory`, for instance. */
export function curveMeasure<Prepared = void>({
  axis,
  at,
  quickAt,
  prepare,
  take,
}: Curve<Prepared>): Measure<Prepared> {
  return {
    name: `scale-${axis}`,
    rounds: 1,
    leavesOut: contestantNames.filter((name) => name !== SUBJECT),
    ...(prepare ? { prepare } : {}),
    async run(around, prepared) {
      const readings: Reading[] = [];
      for (const x of around.isQuick ? quickAt : at) {
        const taken = await take(around, x, prepared);
        readings.push(...taken.map((each) => ({ ...each, name: pointName(axis, x, each.name) })));
      }
      return readings;
    },
  };
}

const pointName = (axis: string, x: number, what: string): string =>
  `scale${axis.charAt(0).toUpperCase()}${axis.slice(1)}${x}${what}`;

/** What `pointName` was made of; undefined for the name of another result. */
export function readPointName(name: string): { axis: string; x: number; what: string } | undefined {
  const [, axis = '', x, what = ''] = /^scale([A-Z][a-z]+)(\d+)([A-Z]\w*)$/.exec(name) ?? [];
  return x === undefined ? undefined : { axis: axis.toLowerCase(), x: Number(x), what };
}
