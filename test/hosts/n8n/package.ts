import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '../../..');
const packageDir = join(root, 'packages/n8n-nodes');
const state = join(root, '.wharf/n8n-package');
const execute = promisify(execFile);

/** The flags of n8n's community-packages.service.js. */
const INSTALL = [
  'install',
  '--audit=false',
  '--fund=false',
  '--bin-links=false',
  '--install-strategy=shallow',
  '--ignore-scripts=true',
  '--package-lock=false',
];

export interface Manifest {
  name: string;
  version: string;
  dependencies?: Record<string, string>;
  n8n: { nodes: string[]; credentials: string[] };
}

export async function readManifest(): Promise<Manifest> {
  return JSON.parse(await readFile(join(packageDir, 'package.json'), 'utf8'));
}

/**
 * Puts the package into a user folder the way n8n does when somebody types its name into Settings > Community nodes:
 * `npm pack`, unpacked, its own development, peer and optional dependencies taken away, `npm install` without scripts.
 *
 * The result is kept for the next run with the same tarball.
 */
export async function installPackage(userFolder: string): Promise<void> {
  const manifest = await readManifest();
  const target = join(userFolder, '.n8n/nodes/node_modules', manifest.name);
  await mkdir(target, { recursive: true });
  await cp(await installed(), target, { recursive: true });
}

async function installed(): Promise<string> {
  await mkdir(state, { recursive: true });
  const work = await mkdtemp(join(state, 'work-'));
  try {
    await execute('npm', ['pack', '--silent', '--pack-destination', work], { cwd: packageDir });
    const [tarball = ''] = (await readdir(work)).filter((name) => name.endsWith('.tgz'));
    const bytes = await readFile(join(work, tarball));
    const result = join(state, createHash('sha256').update(bytes).digest('hex').slice(0, 16));
    if (existsSync(result)) return result;
    await execute('tar', ['xzf', tarball], { cwd: work });
    const unpacked = join(work, 'package');
    const file = join(unpacked, 'package.json');
    const { devDependencies, peerDependencies, optionalDependencies, ...kept } = JSON.parse(
      await readFile(file, 'utf8'),
    );
    await writeFile(file, JSON.stringify(kept, null, 2));
    await execute('npm', INSTALL, { cwd: unpacked });
    for (const old of await readdir(state)) {
      if (!old.startsWith('work-')) await rm(join(state, old), { recursive: true, force: true });
    }
    await rename(unpacked, result);
    return result;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
