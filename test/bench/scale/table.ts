import type { Result } from '../measure.js';
import { alignedTable, format } from '../table.js';
import { seriesByAxis } from './points.js';

/** A Markdown table for each axis: a column for each point on it. */
export function scaleTables(results: Result[]): string {
  return [...seriesByAxis(results)]
    .map(([axis, series]) => {
      const points = series[0]?.points ?? [];
      return alignedTable([
        [axis, ...points.map(({ x }) => x.toLocaleString('en'))],
        ...series.map((each) => [`${each.title}, ${each.unit}`, ...each.points.map(({ y }) => format(y))]),
      ]);
    })
    .join('\n\n');
}
