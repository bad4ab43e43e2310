import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chart } from './chart.js';
import { type ContestantName, contestantNames } from './contestants/all.js';
import { currentLoad, describeMachine, type Machine } from './machine.js';
import type { Measure, Result } from './measure.js';
import { measures } from './measures/all.js';
import { replaceResults } from './page.js';
import { ratiosOf } from './ratios.js';
import { takeRounds } from './rounds.js';
import { curves } from './scale/all.js';
import { scaleChart } from './scale/chart.js';
import { scaleTables } from './scale/table.js';
import { resultTable } from './table.js';

/*
 * Started by scripts/bench.mjs, in the repository's folder.
 */

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    contestants: { type: 'string' },
    profile: { type: 'string' },
  },
});
const scratch = join('.wharf', 'bench', `run-${process.pid}`);
const page = join('docs', 'performance.md');
const picture = join('docs', 'images', 'performance.svg');
const scalePicture = join('docs', 'images', 'scale.svg');

const say = (text: string) => void process.stderr.write(`${text}\n`);

async function main(): Promise<void> {
  // All curves have one name together, too.
  const only = options.only?.replace(/\bscale\b(?!-)/, curves.map(({ name }) => name).join(','));
  const all = [...measures, ...curves];
  const wanted = only === undefined ? measures : chosen('measure', only, all, ({ name }) => name);
  const contestants = chosen('contestant', options.contestants, contestantNames, (name) => name);
  if (!wanted || !contestants) {
    process.exitCode = 1;
    return;
  }
  const loadBefore = currentLoad();
  const results = await takeAll(wanted, contestants);
  const machine = describeMachine(loadBefore);
  write(results, wanted, contestants, machine);
  const report = { machine, measures: results, ratios: ratiosOf(results) };
  process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : `${resultTable(results)}\n`);
}

/** A whole run, and all curves together, go into the page. */
function write(results: Result[], wanted: Measure[], contestants: ContestantName[], machine: Machine): void {
  if (options.quick || options.profile || contestants !== contestantNames) return;
  const isOf = (all: Measure[]) => all.every((measure) => wanted.includes(measure));
  if (isOf(measures)) {
    writeFileSync(picture, chart(results));
    writeFileSync(page, replaceResults(readFileSync(page, 'utf8'), resultTable(results), machine));
    say(`Written into ${page} and ${picture}.`);
  }
  if (isOf(curves)) {
    writeFileSync(scalePicture, scaleChart(results));
    const tables = scaleTables(results);
    writeFileSync(page, replaceResults(readFileSync(page, 'utf8'), tables, machine, ' -- --only scale'));
    say(`Written into ${page} and ${scalePicture}.`);
  }
}

/** Those that are named, or all; undefined, with a sentence, when there is no such. */
function chosen<T>(
  what: string,
  names: string | undefined,
  all: T[],
  nameOf: (one: T) => string,
): T[] | undefined {
  const wanted = names?.split(',');
  if (!wanted) return all;
  const unknown = wanted.find((name) => !all.some((one) => nameOf(one) === name));
  if (unknown === undefined) return all.filter((one) => wanted.includes(nameOf(one)));
  say(`There is no ${what} "${unknown}": choose from ${all.map(nameOf).join(', ')}.`);
  return undefined;
}

/** One measure after the other; side by side where no figure means anything. */
async function takeAll(wanted: Measure[], contestants: ContestantName[]): Promise<Result[]> {
  const { quick: isQuick, profile: profiles } = options;
  const results: Result[][] = wanted.map(() => []);
  const waiting = [...wanted.entries()];
  const takeNext = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [index, measure] = next;
      say(`· ${measure.name}`);
      results[index] = await takeRounds(measure, { contestants, isQuick, scratch, profiles, say });
    }
  };
  await Promise.all(Array.from({ length: isQuick ? availableParallelism() : 1 }, takeNext));
  return results.flat();
}

// Starting fifty processes is most of what a quick run does.
if (options.quick) process.env.NODE_COMPILE_CACHE ??= join(process.cwd(), '.wharf', 'compile-cache');
mkdirSync(scratch, { recursive: true });
// Every process that was started leaves when this one does.
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
await main();
