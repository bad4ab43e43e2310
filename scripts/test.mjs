import { build } from './lib/build.mjs';
import { checkN8nRules, checkStyle, checkTypes, report, runTests } from './lib/checks.mjs';
import { ensureDebianPackages } from './lib/debian-packages.mjs';
import { setUp } from './lib/install.mjs';
import { readOptions } from './lib/options.mjs';
import { say } from './lib/progress.mjs';
import { main } from './lib/stop.mjs';

const usage = `npm test

Sets up what the tests need, builds, and runs every check and test. The last line is "N passed, N failed".`;

await main(async () => {
  const { help } = readOptions('test', { help: { type: 'boolean' } });
  if (help) return say(usage);
  await setUp();
  await ensureDebianPackages();
  await report([buildAll, checkStyle, checkTypes, checkN8nRules, runTests]);
});

async function buildAll() {
  try {
    await build();
    return { passed: 1, failed: 0, skipped: 0 };
  } catch (error) {
    say(error.message);
    return { passed: 0, failed: 1, skipped: 0 };
  }
}
