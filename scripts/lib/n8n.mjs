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
 * The n8n that tests drive: 2.9 GB, installed once for each lock in the user's cache folder, whatever clone asks for it.
 *
 * Of what its packages would do at install only two things are needed: isolated-vm's binary, which it brings along, and
 * sqlite3's, which is compiled, because its download is not on the npm registry.
 */

const description = inRoot('test', 'hosts', 'n8n', 'install');
const waitMs = 15 * 60_000;

/** Installs n8n unless that was done, and answers with the folder; waits when another process is at it. */
export async function ensureN8n() {
  const folder = cacheFolder();
  if (existsSync(folder)) return folder;
  mkdirSync(dirname(folder), { recursive: true });
  const until = Date.now() + waitMs;
  while (!claim(folder)) {
    if (Date.now() > until)
      throw new Stop(`n8n is still being installed by another process: see ${folder}.lock`);
    await pause(500);
    if (existsSync(folder)) return folder;
  }
  try {
    if (!existsSync(folder)) await install(folder);
  } finally {
    rmSync(lockOf(folder), { force: true });
  }
  return folder;
}

function cacheFolder() {
  const hash = createHash('sha256').update(`${process.platform}-${process.arch}-${process.versions.modules}`);
  for (const file of ['package.json', 'package-lock.json'])
    hash.update(readFileSync(join(description, file)));
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  return join(cache, 'wharf', `n8n-${hash.digest('hex').slice(0, 16)}`);
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

async function install(folder) {
  const partial = await mkdtemp(`${folder}.partial-`);
  try {
    await cp(description, partial, { recursive: true });
    await npm(partial, ['ci', '--ignore-scripts']);
    await npm(partial, ['rebuild', 'isolated-vm']);
    await npm(partial, ['rebuild', 'sqlite3', '--build-from-source']);
    renameSync(partial, folder);
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    throw error;
  }
}

async function npm(cwd, args) {
  // The headers for the compiler are those of the package `node`: nothing else has to be fetched.
  const headers = inRoot('node_modules', 'node', 'node_modules', `node-${process.platform}-${process.arch}`);
  const env = environment({ extra: { npm_config_nodedir: headers, JOBS: 'max' } });
  const flags = ['--no-audit', '--no-fund', '--loglevel=error'];
  const { code, output } = await run('npm', [...args, ...flags], { isSilent: true, cwd, env });
  if (code !== 0) throw new Stop(`n8n could not be installed by "npm ${args.join(' ')}":\n${output}`);
}
