import { existsSync } from 'node:fs';
import { build } from './lib/build.mjs';
import { setUp } from './lib/install.mjs';
import { become } from './lib/processes.mjs';
import { inRoot } from './lib/root.mjs';
import { main, Stop } from './lib/stop.mjs';

/** Runs the simulator with the options given to us. Stdout is the simulator's own: `--json` prints one line there. */
await main(async () => {
  await setUp();
  await build(['@wharf/simulator']);
  const cli = inRoot('packages', 'simulator', 'dist', 'cli.js');
  if (!existsSync(cli))
    throw new Stop(`The simulator has no command line yet: ${cli} is missing after its build.`);
  await become(process.execPath, [cli, ...process.argv.slice(2)]);
});
