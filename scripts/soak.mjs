import { build } from './lib/build.mjs';
import { setUp } from './lib/install.mjs';
import { readOptions } from './lib/options.mjs';
import { become } from './lib/processes.mjs';
import { say, stage } from './lib/progress.mjs';
import { inRoot, inState } from './lib/root.mjs';
import { main, Stop } from './lib/stop.mjs';

const usage = `npm run soak -- [options]

Writes to one device without a pause, drops its connection every minute, and watches whether its process grows.

  --minutes N              how long (default 30)
  --rate N                 messages per second (default 50)
  --quick                  20 seconds: shows that everything works, and says nothing about growth
  --json                   print one JSON object
  --heap-snapshot <file>   write the heap of the device's process at the end, for Chrome's developer tools
  --help                   show this

Ends with 1 if memory, handles or files grow, or if a message was lost or duplicated.`;

await main(async () => {
  const options = readOptions('run soak', {
    minutes: { type: 'string' },
    rate: { type: 'string' },
    quick: { type: 'boolean' },
    json: { type: 'boolean' },
    'heap-snapshot': { type: 'string' },
    help: { type: 'boolean' },
  });
  if (options.help) return say(usage);
  const { minutes = '30', rate = '50' } = options;
  if (!/^[1-9]\d{0,4}$/.test(minutes))
    throw new Stop(`"${minutes}" is no number of minutes: choose 1 to 99999.`);
  if (!/^[1-9]\d{0,2}$/.test(rate))
    throw new Stop(`"${rate}" is no rate: choose 1 to 999 messages per second.`);
  await setUp();
  await build(['@wharf/core', '@wharf/simulator']);
  const program = await stage('Building the harness', buildHarness);
  await become(process.execPath, [program, ...process.argv.slice(2)]);
});

/** The harness is TypeScript, and runs on the packages as they are built. */
async function buildHarness() {
  const tsup = await import('tsup');
  await tsup.build({
    config: false,
    entry: ['main', 'device-program'].map((name) => inRoot('test', 'soak', `${name}.ts`)),
    outDir: inState('soak'),
    outExtension: () => ({ js: '.mjs' }),
    skipNodeModulesBundle: true,
    format: 'esm',
    target: 'node22',
    silent: true,
  });
  return inState('soak', 'main.mjs');
}
