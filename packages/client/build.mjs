import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/**
 * Builds one file that needs nothing but Node.js: of core it holds the errors and their table.
 *
 * Its types are those of core, which are made with zod's; those are copied beside them, so that nothing is installed with it.
 */
const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, 'dist');
const zod = dirname(fileURLToPath(import.meta.resolve('zod')));

rmSync(dist, { recursive: true, force: true });
await build({
  entryPoints: [join(here, 'src/index.ts')],
  outfile: join(dist, 'index.js'),
  bundle: true,
  platform: 'node',
  target: 'node22',
  format: 'esm',
  conditions: ['@wharf/source'],
  sourcemap: true,
});
execFileSync('tsup', { cwd: here, stdio: 'inherit', shell: true });
for (const folder of ['classic', 'core', 'locales']) {
  const isType = (path) => !/\.[^./]+$/.test(path) || path.endsWith('.d.ts');
  cpSync(join(zod, 'v4', folder), join(dist, 'zod', folder), { recursive: true, filter: isType });
}
const types = join(dist, 'index.d.ts');
writeFileSync(types, readFileSync(types, 'utf8').replaceAll("from 'zod'", "from './zod/classic/index.js'"));
