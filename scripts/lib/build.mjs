import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, delimiter, join, relative } from 'node:path';
import { environment, run } from './processes.mjs';
import { stage } from './progress.mjs';
import { inRoot, inState } from './root.mjs';
import { Stop } from './stop.mjs';

/**
 * Builds packages, each after the ones it needs, and leaves out what has not changed since its last build:
 * `npm start` is run often, and most of the time there is nothing to build.
 */

/** Sources outside a package's folder that go into its build. */
const shared = ['package-lock.json', 'tsconfig.json', 'credentials', 'icons', 'scripts/lib/build.mjs'];

/** Builds the named packages and what they need; all packages when none is named. */
export async function build(names = [], { isForced = false } = {}) {
  const packages = readPackages();
  for (const item of inOrder(packages, names.length > 0 ? names : [...packages.keys()])) {
    const stamp = sourceHash(item, packages);
    if (!isForced && isBuilt(item, stamp)) continue;
    const { code, output } = await stage(`Building ${item.name}`, () => buildOne(item));
    if (code !== 0) throw new Stop(`The build of ${item.name} failed:\n${output}`);
    mkdirSync(inState('build'), { recursive: true });
    writeFileSync(stampFile(item), stamp);
  }
}

function readPackages() {
  const packages = new Map();
  for (const folder of readdirSync(inRoot('packages')).sort()) {
    const file = inRoot('packages', folder, 'package.json');
    if (!existsSync(file)) continue;
    const { name, scripts, dependencies, devDependencies } = JSON.parse(readFileSync(file, 'utf8'));
    packages.set(name, {
      name,
      folder: inRoot('packages', folder),
      command: scripts?.build,
      needs: Object.keys({ ...dependencies, ...devDependencies }),
    });
  }
  return packages;
}

function inOrder(packages, names, done = new Set()) {
  for (const name of names) {
    const item = packages.get(name);
    if (!item || done.has(item)) continue;
    inOrder(packages, item.needs, done);
    if (item.command) done.add(item);
  }
  return done;
}

function buildOne({ folder, command }) {
  const env = environment();
  env.PATH = [join(folder, 'node_modules', '.bin'), env.PATH].join(delimiter);
  return run(command, [], { isSilent: true, cwd: folder, shell: true, env });
}

function isBuilt(item, stamp) {
  if (!existsSync(join(item.folder, 'dist')) || !existsSync(stampFile(item))) return false;
  return readFileSync(stampFile(item), 'utf8') === stamp;
}

function stampFile({ folder }) {
  return inState('build', basename(folder));
}

function sourceHash(item, packages) {
  const hash = createHash('sha256');
  const folders = [...inOrder(packages, [item.name])].map(({ folder }) => folder);
  for (const source of [...folders, ...shared.map((path) => inRoot(path))]) {
    for (const file of filesIn(source))
      hash
        .update(`${relative(inRoot(), file)}\0`)
        .update(readFileSync(file))
        .update('\0');
  }
  return hash.digest('hex');
}

const notSource = /^(node_modules|dist|.*\.test\.ts|.*\.tsbuildinfo|\..*)$/;

function filesIn(path) {
  if (!existsSync(path)) return [];
  let entries;
  try {
    entries = readdirSync(path, { withFileTypes: true });
  } catch {
    return [path];
  }
  return entries
    .filter((entry) => !notSource.test(entry.name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => (entry.isDirectory() ? filesIn(join(path, entry.name)) : [join(path, entry.name)]));
}
