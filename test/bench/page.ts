import type { Machine } from './machine.js';

/** Where the results of a run with these options stand. */
const begin = (options: string): string => `<!-- written by npm run bench${options} -->`;
const END = '<!-- until here -->';

/** Puts a run's results into the page, in place of those of the run before; `options` as ` -- --only scale`. */
export function replaceResults(page: string, table: string, machine: Machine, options = ''): string {
  const from = page.indexOf(begin(options));
  const to = page.indexOf(END, from);
  if (from < 0 || to < 0)
    throw new Error(
      `docs/performance.md has no place for results: it lacks "${begin(options)}" or "${END}".`,
    );
  const { date, processor, cores, memoryGigabytes, system, node, loadAverage } = machine;
  const where = `${date}, ${processor}, ${cores} cores, ${memoryGigabytes} GB, ${system}, Node.js ${node}; load average ${loadAverage[0]} before the run and ${loadAverage[1]} after it.`;
  return `${page.slice(0, from)}${begin(options)}\n\n${where}\n\n${table}\n\n${page.slice(to)}`;
}
