import { cp, mkdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ESLint } from 'eslint';

/** Checks the package by n8n's own rules (see eslint.config.mjs). */

const here = dirname(fileURLToPath(import.meta.url));
const repository = join(here, '..', '..');

/** Without nodes these rules have nothing to look at; the first entry in `n8n.nodes` brings them back. */
const needNodes = new Set([
  'n8n-nodes-base/community-package-json-n8n-nodes-empty',
  '@n8n/community-nodes/n8n-object-validation:emptyN8nNodes',
  '@n8n/community-nodes/credential-test-required:missingCredentialTest',
]);

const folder = await gather();
const eslint = new ESLint({ cwd: folder, overrideConfigFile: join(here, 'eslint.config.mjs') });
const results = await eslint.lintFiles(['package.json', '{credentials,nodes}/**/*.ts']);
const { n8n } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));

let waived = 0;
for (const result of results) {
  const kept =
    n8n.nodes.length > 0 ? result.messages : result.messages.filter((message) => !needsNodes(message));
  waived += result.messages.length - kept.length;
  result.messages = kept;
  result.errorCount = kept.filter(({ severity }) => severity === 2).length;
  result.warningCount = kept.length - result.errorCount;
}
process.stdout.write(await (await eslint.loadFormatter('stylish')).format(results));
if (waived > 0)
  process.stdout.write(`${waived} findings wait for the first node: the package has none yet.\n`);
const findings = results.flatMap(({ messages }) => messages).length;
process.stdout.write(`${results.length} files checked by n8n's rules, ${findings} findings.\n`);
process.exitCode = findings > 0 ? 1 : 0;

/** n8n's rules look for credentials, icons and package.json in one folder; here credentials and icons are shared. */
async function gather() {
  const target = join(repository, '.wharf', 'n8n-lint');
  await rm(target, { recursive: true, force: true });
  await mkdir(target, { recursive: true });
  for (const from of [
    join(here, 'package.json'),
    join(here, 'src', 'nodes'),
    join(here, 'src', 'shared'),
    join(here, 'src', 'catalogue'),
    join(repository, 'credentials'),
    join(repository, 'icons'),
  ]) {
    await cp(from, join(target, from.slice(dirname(from).length + 1)), { recursive: true }).catch((error) => {
      if (error.code !== 'ENOENT') throw error;
    });
  }
  return target;
}

function needsNodes({ ruleId, messageId }) {
  return needNodes.has(ruleId) || needNodes.has(`${ruleId}:${messageId}`);
}
