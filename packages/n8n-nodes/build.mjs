import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { outputSchemas } from './output-schemas.mjs';

/**
 * Builds what n8n loads: a CommonJS file for each node and credential, and `core.js` and `client.js`, which they load at
 * first use.
 *
 * n8n requires every node at its start, in every process; Baileys and the storage must not cost anything until a device is
 * asked for something. What holds native code or WebAssembly stays a dependency of the package.
 */
const here = dirname(fileURLToPath(import.meta.url));
const repository = join(here, '..', '..');
const dist = join(here, 'dist');
const nodes = ['WhatsAppDevice', 'WhatsAppDeviceTrigger'];
const bundled = ['zod'];

const common = {
  bundle: true,
  platform: 'node',
  target: 'node22',
  format: 'cjs',
  conditions: ['@wharf/source'],
};

/**
 * In the nodes, core and client are the files beside them; `require`, because n8n forgets what it required when it updates a
 * package.
 */
const besideNodes = {
  name: 'beside-nodes',
  setup({ onResolve }) {
    onResolve({ filter: /^@wharf\/(core|client)$/ }, ({ path }) => ({
      path: `../../${path.slice('@wharf/'.length)}.js`,
      external: true,
    }));
  },
};

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });
await Promise.all([
  buildCore(),
  buildClient(),
  buildThread(),
  buildNodes(),
  buildCredential(),
  cp(join(repository, 'icons'), join(dist, 'icons'), { recursive: true }),
  // The sources are ES modules and the built files are not.
  writeFile(join(dist, 'package.json'), '{ "type": "commonjs" }\n'),
  ...nodes.map(copyTexts),
  outputSchemas(join(dist, 'nodes')),
]);

async function buildCore() {
  await build({
    ...common,
    stdin: { contents: "export * from '@wharf/core';", resolveDir: here },
    outfile: join(dist, 'core.js'),
    external: await externals(),
    // CommonJS has no import.meta.url.
    define: { 'import.meta.url': 'fileOfBundle' },
    banner: { js: "const fileOfBundle = require('node:url').pathToFileURL(__filename).href;" },
  });
}

/** Needs nothing of core but its errors, and so loads in no time. */
async function buildClient() {
  await build({
    ...common,
    stdin: { contents: "export * from '@wharf/client';", resolveDir: here },
    outfile: join(dist, 'client.js'),
  });
}

/** What runs devices in threads, which core looks for beside itself. */
async function buildThread() {
  await build({
    ...common,
    entryPoints: [join(here, '../core/src/device-thread.ts')],
    outfile: join(dist, 'device-thread.js'),
    external: await externals(),
  });
}

async function buildNodes() {
  await build({
    ...common,
    entryPoints: nodes.map((name) => join(here, `src/nodes/${name}/${name}.node.ts`)),
    outdir: join(dist, 'nodes'),
    outbase: join(here, 'src/nodes'),
    external: ['n8n-workflow'],
    plugins: [besideNodes],
    supported: { 'dynamic-import': false },
  });
}

async function buildCredential() {
  const file = 'WhatsAppDeviceApi.credentials';
  await build({
    ...common,
    entryPoints: [join(repository, `credentials/${file}.ts`)],
    outfile: join(dist, `credentials/${file}.js`),
    external: ['n8n-workflow'],
  });
}

/** What n8n shows and finds the node by. */
async function copyTexts(name) {
  const from = join(here, 'src/nodes', name);
  for (const file of await readdir(from)) {
    if (file.endsWith('.node.json')) await cp(join(from, file), join(dist, 'nodes', name, file));
  }
}

/** The dependencies of core that are not bundled; each must be a dependency of this package, in the same version. */
async function externals() {
  const require = createRequire(import.meta.url);
  const own = require('./package.json').dependencies;
  const { dependencies, optionalDependencies } = JSON.parse(
    await readFile(join(here, '../core/package.json'), 'utf8'),
  );
  const wanted = { ...dependencies, ...optionalDependencies };
  const names = Object.keys(wanted).filter((name) => !bundled.includes(name));
  for (const name of names) {
    if (own[name] === wanted[name]) continue;
    throw new Error(
      `package.json: "${name}": "${wanted[name]}" must be a dependency, as it is one of @wharf/core.`,
    );
  }
  return names;
}
