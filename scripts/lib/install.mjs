import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { useNewEnoughNode } from './node-version.mjs';
import { environment, run } from './processes.mjs';
import { stage } from './progress.mjs';
import { inRoot } from './root.mjs';
import { Stop } from './stop.mjs';

/** Makes the checkout usable: packages as in package-lock.json, and a Node.js that is new enough, on which it returns. */
export async function setUp() {
  if (!isInstalled()) await install();
  await useNewEnoughNode();
}

const lockFile = inRoot('package-lock.json');
const stampFile = inRoot('node_modules', '.wharf-installed');

function lockHash() {
  return createHash('sha256').update(readFileSync(lockFile)).digest('hex');
}

function isInstalled() {
  if (!existsSync(inRoot('node_modules'))) return false;
  const hash = lockHash();
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === hash) return true;
  if (!matchesWhatNpmInstalled()) return false;
  writeFileSync(stampFile, hash);
  return true;
}

/** After a plain `npm install` there is no stamp; npm's own record of what it put there tells whether that will do. */
function matchesWhatNpmInstalled() {
  const recordFile = inRoot('node_modules', '.package-lock.json');
  if (!existsSync(recordFile)) return false;
  const wanted = JSON.parse(readFileSync(lockFile, 'utf8')).packages;
  const present = JSON.parse(readFileSync(recordFile, 'utf8')).packages;
  return Object.entries(wanted).every(
    ([path, { version, link, optional }]) =>
      !path.startsWith('node_modules/') ||
      link ||
      present[path]?.version === version ||
      (optional && !present[path]),
  );
}

async function install() {
  // No package's install script is needed (better-sqlite3 brings its binaries; `node` is fetched by itself afterwards),
  // and one of them would want a compiler. The tools are off the PATH: npm must not run on a node it is about to replace.
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const { code, output } = await stage('Installing packages', () =>
    run('npm', args, {
      isSilent: true,
      shell: process.platform === 'win32',
      env: environment({ hasTools: false }),
    }),
  );
  if (code !== 0) throw new Stop(`npm ci failed:\n${output}`);
  writeFileSync(stampFile, lockHash());
}
