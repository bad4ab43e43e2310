import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'tsup';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Builds a program beside this file, which is TypeScript, to be run in a process of its own. */
export async function buildMediaProgram(
  name: 'media-writer' | 'media-sender' | 'history-program',
): Promise<string> {
  const outDir = join(ROOT, '.wharf', name);
  await build({
    config: false,
    entry: [join(ROOT, `test/support/${name}.ts`)],
    outDir,
    outExtension: () => ({ js: '.mjs' }),
    skipNodeModulesBundle: true,
    format: 'esm',
    target: 'node22',
    silent: true,
  });
  return join(outDir, `${name}.mjs`);
}
