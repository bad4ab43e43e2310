import { build } from './lib/build.mjs';
import { setUp } from './lib/install.mjs';
import { readOptions } from './lib/options.mjs';
import { become } from './lib/processes.mjs';
import { say, stage } from './lib/progress.mjs';
import { inRoot, inState } from './lib/root.mjs';
import { main } from './lib/stop.mjs';

const usage = `npm run bench -- [options]

Compares Wharf with bare Baileys, against the simulator: all contestants in turn, each in a process of its own, several
rounds. A whole run takes about 35 minutes and writes its results into docs/performance.md.

  --only <names>   take some measures: inbound, inbound-group, outbound, latency, enqueue, fleet, idle, storage, threads,
                   load (several with commas between them); or scale: how the cost grows with devices, chats, stored messages
                   and consumers, about 10 minutes, in a section of its own
  --contestants <names>  take some contestants: bare-memory, bare-files, wharf, wharf-encrypted, wharf-power,
                   wharf-threads (which takes part in threads alone)
  --quick          one round with tiny volumes: shows that everything works, and no figure means anything
  --json           print one object of JSON instead of a table
  --profile <dir>  write CPU profiles of the contestants while they are measured into a folder
  --help           show this`;

await main(async () => {
  const { help } = readOptions('run bench', {
    only: { type: 'string' },
    contestants: { type: 'string' },
    quick: { type: 'boolean' },
    json: { type: 'boolean' },
    profile: { type: 'string' },
    help: { type: 'boolean' },
  });
  if (help) return say(usage);
  await setUp();
  await build(['@wharf/core', '@wharf/simulator']);
  const program = await stage('Building the benchmark', buildPrograms);
  await become(process.execPath, [program, ...process.argv.slice(2)]);
});

/** The benchmark is TypeScript, and measures the packages as they are built. */
async function buildPrograms() {
  const tsup = await import('tsup');
  const from = (name) => inRoot('test', 'bench', `${name}.ts`);
  await tsup.build({
    config: false,
    entry: {
      bench: from('bench'),
      'contestant-program': from('processes/contestant-program'),
      'simulator-program': from('processes/simulator-program'),
      'fill-program': from('processes/fill-program'),
    },
    outDir: inState('bench'),
    outExtension: () => ({ js: '.mjs' }),
    skipNodeModulesBundle: true,
    format: 'esm',
    target: 'node22',
    silent: true,
  });
  return inState('bench', 'bench.mjs');
}
