import type { Result } from '../measure.js';
import { readPointName } from './curve.js';

/** What the readings of a point are called in tables and charts; those that are not here are in the JSON only. */
const TITLES: Record<string, string> = {
  Memory: 'memory (RSS)',
  IdleCpu: 'processor while idle',
  Start: 'start until connected',
  Inbound: 'inbound in all',
  InboundCpu: 'processor time inbound',
  InboundEventLoopLagP99: 'event loop lag p99',
  Disk: 'wharf.db',
};

const AXES: Record<string, string> = { stored: 'stored messages' };

/** How one quantity grows along an axis. */
export interface Series {
  title: string;
  unit: string;
  points: { x: number; y: number }[];
}

/** The series of each axis, in the order in which they were measured. */
export function seriesByAxis(results: Result[]): Map<string, Series[]> {
  const points = results.flatMap(({ name, median: y, unit }) => {
    const point = readPointName(name);
    return point && TITLES[point.what] ? { ...point, y, unit } : [];
  });
  return new Map(
    [...Map.groupBy(points, ({ axis }) => axis)].map(([axis, ofAxis]) => [
      AXES[axis] ?? axis,
      [...Map.groupBy(ofAxis, ({ what }) => what)].map(([what, ofWhat]) => ({
        title: TITLES[what] ?? what,
        unit: ofWhat[0]?.unit ?? '',
        points: ofWhat.map(({ x, y }) => ({ x, y })),
      })),
    ]),
  );
}
