import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { cp, mkdtemp } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { environment, run } from './processes.mjs';
import { inRoot } from './root.mjs';
import { Stop } from './stop.mjs';

/**
 * Programs that tests drive and that are too big, or too old, for our own node_modules: installed once for each lock in the user's
 * cache folder, whatever clone asks for them.
 */

const waitMs = 15 * 60_000;

/**
 * Installs what `description` (a folder with package.json and package-lock.json) says unless that was done, and answers with the
 * folder; waits when another process is at it. `rebuilds` are the arguments of `npm rebuild`, for what has to be compiled.
 */
export async function ensureInstalled({ name, description, rebuilds = [] }) {
  const folder = cacheFolder(name, description);
  if (existsSync(folder)) return folder;
  mkdirSync(dirname(folder), { recursive: true });
  const until = Date.now() + waitMs;
  while (!claim(folder)) {
    if (Date.now() > until)
      throw new Stop(`${name} is still being installed by another process: see ${folder}.lock`);
    await pause(500);
    if (existsSync(folder)) return folder;
  }
  try {
    if (!existsSync(folder)) await install(folder, name, description, rebuilds);
  } finally {
    rmSync(lockOf(folder), { force: true });
  }
  return folder;
}

function cacheFolder(name, description) {
  const hash = createHash('sha256').update(`${process.platform}-${process.arch}-${process.versions.modules}`);
  for (const file of ['package.json', 'package-lock.json'])
    hash.update(readFileSync(join(description, file)));
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  return join(cache, 'wharf', `${name}-${hash.digest('hex').slice(0, 16)}`);
}

const lockOf = (folder) => `${folder}.lock`;

/** True for one process at a time; the claim of one that has died is taken away. */
function claim(folder) {
  const lock = lockOf(folder);
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  if (!isRunning(lock)) rmSync(lock, { force: true });
  return false;
}

function isRunning(lock) {
  try {
    const pid = Number(readFileSync(lock, 'utf8'));
    // An empty file is one that is being written.
    return pid === 0 || process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}

async function install(folder, name, description, rebuilds) {
  const partial = await mkdtemp(`${folder}.partial-`);
  try {
    await cp(description, partial, { recursive: true });
    for (const args of [['ci', '--ignore-scripts'], ...rebuilds.map((each) => ['rebuild', ...each])])
      await npm(partial, name, args);
    renameSync(partial, folder);
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    throw error;
  }
}

async function npm(cwd, name, args) {
  // The headers for the compiler are those of the package `node`: nothing else has to be fetched.
  const headers = inRoot('node_modules', 'node', 'node_modules', `node-${process.platform}-${process.arch}`);
  const env = environment({ extra: { npm_config_nodedir: headers, JOBS: 'max' } });
  const flags = ['--no-audit', '--no-fund', '--loglevel=error'];
  const { code, output } = await run('npm', [...args, ...flags], { isSilent: true, cwd, env });
  if (code !== 0) throw new Stop(`${name} could not be installed by "npm ${args.join(' ')}":\n${output}`);
}
