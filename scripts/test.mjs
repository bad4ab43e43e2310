import { build } from './lib/build.mjs';
import { checkN8nRules, checkStyle, checkTypes, report, runTests } from './lib/checks.mjs';
import { ensureDebianPackages } from './lib/debian-packages.mjs';
import { setUp } from './lib/install.mjs';
import { ensureN8n } from './lib/n8n.mjs';
import { ensureOlderNodeRed, scriptOf } from './lib/older-node-red.mjs';
import { readOptions } from './lib/options.mjs';
import { say, stage } from './lib/progress.mjs';
import { main } from './lib/stop.mjs';

const usage = `npm test

Sets up what the tests need, builds, and runs every check and test. The last line is "N passed, N failed".`;

const N8N_TESTS = 'test/hosts/n8n';

await main(async () => {
  const { help } = readOptions('test', { help: { type: 'boolean' } });
  if (help) return say(usage);
  await setUp();
  await ensureDebianPackages();
  // A machine that has no n8n yet gets it meanwhile. What goes wrong shows in the tests that need it, which come last.
  const n8n = ensureOlderNodeRed().then(ensureN8n);
  n8n.catch(() => undefined);
  await report([
    buildAll,
    checkStyle,
    checkTypes,
    checkN8nRules,
    () => runTests(['--exclude', `${N8N_TESTS}/**`]),
    olderNodeRedTests,
    () => n8nTests(n8n),
  ]);
});

/** What a flow does, once more in the oldest Node-RED that is still looked after. */
async function olderNodeRedTests() {
  const files = ['device', 'nodes', 'survival'].map((name) => `test/hosts/node-red/${name}.test.ts`);
  try {
    const folder = await stage('Node-RED 4.1 is installed', ensureOlderNodeRed);
    return await runTests(files, { WHARF_TEST_NODE_RED: scriptOf(folder) });
  } catch (error) {
    say(error.message);
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

async function n8nTests(n8n) {
  try {
    await stage('n8n is installed', () => n8n);
    // One after the other: an n8n wants a core for itself while it starts, and they share the installed package.
    return await runTests([N8N_TESTS, '--maxWorkers=1']);
  } catch (error) {
    say(error.message);
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

async function buildAll() {
  try {
    await build();
    return { passed: 1, failed: 0, skipped: 0 };
  } catch (error) {
    say(error.message);
    return { passed: 0, failed: 1, skipped: 0 };
  }
}
