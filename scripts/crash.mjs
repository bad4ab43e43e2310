import { build } from './lib/build.mjs';
import { setUp } from './lib/install.mjs';
import { readOptions } from './lib/options.mjs';
import { become } from './lib/processes.mjs';
import { say, stage } from './lib/progress.mjs';
import { inRoot, inState } from './lib/root.mjs';
import { main, Stop } from './lib/stop.mjs';

const usage = `npm run crash -- [options]

Kills a process with a linked device over and over while messages go in and out, and accounts for every one of them.

  --runs N                     how often it is started and killed (default 200)
  --seed S                     a whole number: the same traffic and the same points to kill at (default 1)
  --durability process|power   the manager's setting of that name (default process)
  --threads N                  run the device in one of so many threads of the process that is killed (default 0: in none)
  --json                       print one JSON object
  --help                       show this

Ends with 1 if anything was lost, duplicated, undecryptable, or needs a new login.`;

await main(async () => {
  const options = readOptions('run crash', {
    runs: { type: 'string' },
    seed: { type: 'string' },
    durability: { type: 'string' },
    threads: { type: 'string' },
    json: { type: 'boolean' },
    help: { type: 'boolean' },
  });
  if (options.help) return say(usage);
  const { runs = '200', seed = '1', durability = 'process', threads = '0', json } = options;
  if (!/^[1-9]\d{0,5}$/.test(runs)) throw new Stop(`"${runs}" is no number of runs: choose 1 to 999999.`);
  if (!/^\d{1,9}$/.test(seed)) throw new Stop(`"${seed}" is no seed: choose a whole number.`);
  if (!['process', 'power'].includes(durability))
    throw new Stop(`"${durability}" is no durability: choose process or power.`);
  if (!/^\d$/.test(threads)) throw new Stop(`"${threads}" is no number of threads: choose 0 to 9.`);
  await setUp();
  await build(['@wharf/core', '@wharf/simulator']);
  const program = await stage('Building the harness', buildHarness);
  const values = { runs, seed, durability, threads };
  const args = Object.entries(values).flatMap(([name, value]) => [`--${name}`, value]);
  await become(process.execPath, [program, ...args, ...(json ? ['--json'] : [])]);
});

/** The harness is TypeScript, and runs on the packages as they are built. */
async function buildHarness() {
  const tsup = await import('tsup');
  await tsup.build({
    config: false,
    entry: ['main', 'device-program'].map((name) => inRoot('test', 'crash', `${name}.ts`)),
    outDir: inState('crash'),
    outExtension: () => ({ js: '.mjs' }),
    skipNodeModulesBundle: true,
    format: 'esm',
    target: 'node22',
    silent: true,
  });
  return inState('crash', 'main.mjs');
}
