import { build } from './lib/build.mjs';
import { setUp } from './lib/install.mjs';
import { readOptions } from './lib/options.mjs';
import { say } from './lib/progress.mjs';
import { main } from './lib/stop.mjs';

const usage = `npm run build -- [options]

Builds every package whose sources have changed, in the order of their dependencies.

  --force   build all of them, changed or not
  --help    show this`;

await main(async () => {
  const { force, help } = readOptions('run build', { force: { type: 'boolean' }, help: { type: 'boolean' } });
  if (help) return say(usage);
  await setUp();
  await build([], { isForced: force });
});
