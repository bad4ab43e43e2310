import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chart } from './chart.js';
import { type ContestantName, contestantNames } from './contestants/all.js';
import { currentLoad, describeMachine } from './machine.js';
import type { Result } from './measure.js';
import { measures } from './measures/all.js';
import { replaceResults } from './page.js';
import { RemoteProcess } from './processes/channel.js';
import type { ContestantMethods } from './processes/contestant-program.js';
import { ratiosOf } from './ratios.js';
import { takeRounds } from './rounds.js';
import { resultTable } from './table.js';

/*
 * Started by scripts/bench.mjs, in the repository's folder.
 */

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    profile: { type: 'string' },
  },
});
const scratch = join('.wharf', 'bench', `run-${process.pid}`);
const page = join('docs', 'performance.md');
const picture = join('docs', 'images', 'performance.svg');

const say = (text: string) => void process.stderr.write(`${text}\n`);

async function main(): Promise<void> {
  const wanted = measures.filter(({ name }) => options.only === undefined || name === options.only);
  if (wanted.length === 0) {
    const names = measures.map(({ name }) => name).join(', ');
    say(`There is no measure "${options.only}": choose one of ${names}.`);
    process.exitCode = 1;
    return;
  }
  const loadBefore = currentLoad();
  const { contestants, unavailable } = await chooseContestants();
  const results: Result[] = [];
  for (const measure of wanted) {
    say(`· ${measure.name}`);
    const { quick: isQuick, profile: profiles } = options;
    results.push(...(await takeRounds(measure, { contestants, isQuick, scratch, profiles, say })));
  }
  const machine = describeMachine(loadBefore);
  const table = resultTable(results);
  if (!options.quick && options.only === undefined && options.profile === undefined) {
    writeFileSync(picture, chart(results));
    writeFileSync(page, replaceResults(readFileSync(page, 'utf8'), table, machine));
    say(`Written into ${page} and ${picture}.`);
  }
  const report = { machine, measures: results, ratios: ratiosOf(results), unavailable };
  process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : `${table}\n`);
}

/** Those who can take part, and of the others why not. */
async function chooseContestants() {
  const contestants: ContestantName[] = [];
  const unavailable: Partial<Record<ContestantName, string>> = {};
  for (const name of contestantNames) {
    const program = join(import.meta.dirname, 'contestant-program.mjs');
    const client = await RemoteProcess.start<ContestantMethods>(program, {
      args: [name, join(scratch, 'probe')],
    });
    const reason = await client.call('unavailable');
    await client.stop();
    if (reason === undefined) contestants.push(name);
    else unavailable[name] = reason;
  }
  for (const [name, reason] of Object.entries(unavailable)) say(`· ${name} takes no part: ${reason}`);
  return { contestants, unavailable };
}

mkdirSync(scratch, { recursive: true });
try {
  await main();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
