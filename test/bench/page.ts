import type { Machine } from './machine.js';

const BEGIN = '<!-- written by npm run bench -->';
const END = '<!-- until here -->';

/** Puts a run's results into the page, in place of those of the run before. */
export function replaceResults(page: string, table: string, machine: Machine): string {
  const from = page.indexOf(BEGIN);
  const to = page.indexOf(END);
  if (from < 0 || to < from)
    throw new Error(`docs/performance.md has no place for results: it lacks "${BEGIN}" or "${END}".`);
  const { processor, cores, memoryGigabytes, system, node, loadAverage } = machine;
  const where = `${processor}, ${cores} cores, ${memoryGigabytes} GB, ${system}, Node.js ${node}; load average ${loadAverage[0]} before the run and ${loadAverage[1]} after it.`;
  return `${page.slice(0, from)}${BEGIN}\n\n${where}\n\n${table}\n\n${page.slice(to)}`;
}
