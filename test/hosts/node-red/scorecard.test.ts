import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureOlderNodeRed } from '../../../scripts/lib/older-node-red.mjs';
import { unpackPackage } from './host.js';

const root = join(import.meta.dirname, '../../..');

describe('The scorecard of the flow library, offline', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wharf-scorecard-'));
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('is green for what is in the tarball', async () => {
    const tools = await ensureOlderNodeRed();
    const target = join(folder, 'package');
    await unpackPackage(target);
    const manifests = [root, tools].map((each) => join(each, 'node_modules/node-red/package.json'));
    const offline = join(import.meta.dirname, 'scorecard-offline.cjs');
    const card = join(folder, 'card.json');
    const tool = join(tools, 'node_modules/node-red-dev/bin/run');
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      ['-r', offline, tool, 'validate', '-p', target, '-o', card],
      { env: { ...process.env, NODE_OPTIONS: '', WHARF_NODE_RED_MANIFESTS: JSON.stringify(manifests) } },
    );
    const scores = JSON.parse(await readFile(card, 'utf8')) as Record<string, { test?: boolean }>;
    const red = Object.entries(scores).filter(([, { test }]) => test === false);
    expect(red, stdout + stderr).toEqual([]);
    expect(Object.keys(scores)).toEqual(expect.arrayContaining(['P01', 'P07', 'N01', 'N02', 'D01', 'D03']));
  }, 600_000);
});
