import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureN8n } from '../../../scripts/lib/n8n.mjs';
import { installPackage, readManifest } from './package.js';

interface Cost {
  milliseconds: number;
  megabytes: number;
  /** Of the libraries that only a connection or a storage needs. */
  heavy: string[];
}

/** Loads the files as n8n does, which has `n8n-workflow` loaded before, and tells what that alone has cost. */
const MEASURE = `
  require('n8n-workflow');
  const { basename } = require('node:path');
  gc();
  const { rss } = process.memoryUsage();
  const begin = process.cpuUsage();
  for (const file of process.argv.slice(1)) new (require(file)[basename(file).split('.')[0]])();
  const { user, system } = process.cpuUsage(begin);
  gc();
  const heavy = Object.keys(require.cache).filter((path) => /baileys|better-sqlite3|rust-bridge|libsignal|sharp/.test(path));
  const megabytes = (process.memoryUsage().rss - rss) / 2 ** 20;
  console.log(JSON.stringify({ milliseconds: (user + system) / 1000, megabytes, heavy }));
`;

describe('Loading the package', () => {
  let userFolder: string;
  let measure: () => Promise<Cost>;

  beforeAll(async () => {
    const n8n = await ensureN8n();
    userFolder = await mkdtemp(join(tmpdir(), 'wharf-n8n-load-'));
    await installPackage(userFolder);
    const manifest = await readManifest();
    const folder = join(userFolder, '.n8n/nodes/node_modules', manifest.name);
    const files = [...manifest.n8n.credentials, ...manifest.n8n.nodes].map((file) => join(folder, file));
    measure = async () => {
      const env = { ...process.env, NODE_OPTIONS: '', NODE_PATH: join(n8n, 'node_modules') };
      const args = ['--expose-gc', '-e', MEASURE, ...files];
      const { stdout } = await promisify(execFile)(process.execPath, args, { env, cwd: userFolder });
      return JSON.parse(stdout);
    };
  }, 900_000);

  afterAll(async () => {
    await rm(userFolder, { recursive: true, force: true });
  });

  it('costs n8n less than 150 ms of processor time and 30 MB, and leaves WhatsApp and SQLite for later', async () => {
    // What else the machine does makes a run slower and bigger, never faster: the best of some is the package's own.
    const runs = [await measure(), await measure(), await measure(), await measure()];
    expect(runs.flatMap(({ heavy }) => heavy)).toEqual([]);
    expect(Math.min(...runs.map(({ milliseconds }) => milliseconds))).toBeLessThan(150);
    expect(Math.min(...runs.map(({ megabytes }) => megabytes))).toBeLessThan(30);
  });
});
