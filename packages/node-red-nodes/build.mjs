import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/**
 * Builds what Node-RED loads: one CommonJS file, one HTML file beside it, and their locales and icons.
 *
 * `@wharf/core` and everything small is part of the file, so that the package installs anywhere by itself. What holds
 * native code or WebAssembly stays a dependency of the package; `--outdir <dir>` builds to another place.
 */
const here = dirname(fileURLToPath(import.meta.url));
const set = 'whatsapp-device';
const nodes = ['device', 'message-in', 'state-in', 'command', 'send', 'ask', 'action', 'login', 'logout'];
/** Pure JavaScript of core that goes into the file: the fewer dependencies, the fewer ways to break an install. */
const bundled = ['zod', 'file-type', 'ipaddr.js', 'mime', 'music-metadata', 're2js'];
const outdir = process.argv[2] === '--outdir' && process.argv[3] ? process.argv[3] : join(here, 'dist');

await rm(outdir, { recursive: true, force: true });
await mkdir(join(outdir, 'locales'), { recursive: true });
await Promise.all([
  buildRuntime(),
  buildFromCore('storage-cli', 'wharf-storage'),
  buildFromCore('device-thread', 'device-thread'),
  buildEditor(),
  buildLocales(),
  buildIcons(),
]);

async function buildRuntime() {
  await build({
    entryPoints: [join(here, 'src/index.runtime.ts')],
    outfile: join(outdir, `${set}.js`),
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    conditions: ['@wharf/source'],
    external: await externals(),
    // CommonJS has no import.meta.url.
    define: { 'import.meta.url': 'fileOfBundle' },
    banner: { js: "const fileOfBundle = require('node:url').pathToFileURL(__filename).href;" },
    footer: { js: 'module.exports = module.exports.default;' },
  });
  // The sources are ES modules and the built file is not.
  await writeFile(join(outdir, 'package.json'), '{ "type": "commonjs" }\n');
}

/**
 * The programs of core, which is no package of its own for those who install this one: the command that encrypts the storage, and
 * what runs devices in threads, which the runtime looks for beside itself.
 */
async function buildFromCore(source, name) {
  await build({
    entryPoints: [join(here, `../core/src/${source}.ts`)],
    outfile: join(outdir, `${name}.js`),
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    conditions: ['@wharf/source'],
    external: await externals(),
  });
}

/** The dependencies of core that are not bundled; each must be a dependency of this package, in the same version. */
async function externals() {
  const require = createRequire(import.meta.url);
  const allOf = ({ dependencies, optionalDependencies }) => ({ ...dependencies, ...optionalDependencies });
  const own = allOf(require('./package.json'));
  const core = allOf(JSON.parse(await readFile(join(here, '../core/package.json'), 'utf8')));
  const names = Object.keys(core).filter((name) => !bundled.includes(name));
  for (const name of names) {
    if (own[name] === core[name]) continue;
    throw new Error(
      `package.json: "${name}": "${core[name]}" must be a dependency, as it is one of @wharf/core.`,
    );
  }
  return names;
}

async function buildEditor() {
  const { outputFiles } = await build({
    entryPoints: [join(here, 'src/index.editor.ts')],
    bundle: true,
    format: 'iife',
    target: 'es2022',
    conditions: ['@wharf/source'],
    write: false,
  });
  const templates = await Promise.all(nodes.map((node) => source(node, 'editor.html')));
  const styles = await readFile(join(here, 'src/shared/editor/styles.css'), 'utf8');
  const script = `<style>\n${styles}</style>\n<script type="text/javascript">\n${outputFiles[0].text}</script>\n`;
  await writeFile(join(outdir, `${set}.html`), script + templates.join('\n'));
}

/** Every language with a `locale.<language>.json` in src/shared: its texts and the help of every node. */
async function buildLocales() {
  const shared = join(here, 'src/shared');
  const languages = (await readdir(shared)).flatMap((file) => file.match(/^locale\.(.+)\.json$/)?.[1] ?? []);
  for (const language of languages) {
    const catalogue = JSON.parse(await readFile(join(shared, `locale.${language}.json`), 'utf8'));
    catalogue.sidebar = JSON.parse(await readFile(join(here, `src/sidebar/locale.${language}.json`), 'utf8'));
    const help = [];
    for (const node of nodes) {
      catalogue[`wharf-${node}`] = JSON.parse(await source(node, `locale.${language}.json`));
      const text = await source(node, `help.${language}.html`);
      help.push(`<script type="text/html" data-help-name="wharf-${node}">\n${text}</script>\n`);
    }
    const folder = join(outdir, 'locales', language);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, `${set}.json`), `${JSON.stringify(catalogue, null, 2)}\n`);
    await writeFile(join(folder, `${set}.html`), help.join('\n'));
  }
}

async function buildIcons() {
  await cp(join(here, 'icons'), join(outdir, 'icons'), { recursive: true });
}

function source(node, file) {
  return readFile(join(here, 'src/nodes', node, file), 'utf8');
}
