import { cp, mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ESLint } from 'eslint';

/** Checks the package by n8n's own rules (see eslint.config.mjs). */

const here = dirname(fileURLToPath(import.meta.url));
const repository = join(here, '..', '..');

const folder = await gather();
const eslint = new ESLint({ cwd: folder, overrideConfigFile: join(here, 'eslint.config.mjs') });
const results = await eslint.lintFiles(['package.json', '{credentials,nodes}/**/*.ts']);
process.stdout.write(await (await eslint.loadFormatter('stylish')).format(results));
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
