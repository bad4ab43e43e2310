import { cp, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** Builds the console into `dist/console`: three files that need nothing from elsewhere. */
const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, '../dist/console');

await mkdir(dist, { recursive: true });
await build({
  entryPoints: [join(here, 'main.tsx')],
  outfile: join(dist, 'console.js'),
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  jsx: 'automatic',
  jsxImportSource: 'preact',
});
for (const file of ['index.html', 'console.css']) await cp(join(here, file), join(dist, file));
