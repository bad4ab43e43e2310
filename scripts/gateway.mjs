import { build } from './lib/build.mjs';
import { setUp } from './lib/install.mjs';
import { become } from './lib/processes.mjs';
import { inRoot } from './lib/root.mjs';
import { main } from './lib/stop.mjs';

/** Runs the gateway with the options given to us; `--help` shows them. */
await main(async () => {
  await setUp();
  await build(['@wharf/gateway']);
  await become(process.execPath, [
    inRoot('packages', 'gateway', 'dist', 'cli.js'),
    'serve',
    ...process.argv.slice(2),
  ]);
});
