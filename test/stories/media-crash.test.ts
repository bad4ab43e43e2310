import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { collect, pieces, testLibrary } from '../../packages/core/src/media/test-library.js';
import { buildMediaProgram } from '../support/media-programs.js';

it('a process that is killed while it writes a file leaves nothing that counts, and nothing for long', {
  timeout: 60_000,
}, async () => {
  const { folder, media, library, one } = testLibrary();
  const content = randomBytes(100_000);
  const { sha256 } = await library.put(one, pieces(content), { owner: 'm1', isHeld: false });
  const [stored = ''] = readdirSync(media);
  const child = spawn(process.execPath, [await buildMediaProgram('media-writer'), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
  const [part = '', ...others] = readdirSync(media).filter((name) => name !== stored);
  expect(others).toEqual([]);
  expect(part).toMatch(/\.part$/);
  expect(statSync(join(media, part)).size).toBeGreaterThan(1_000_000);
  // It could be under way in another process.
  await library.tidy();
  expect(readdirSync(media)).toHaveLength(2);
  const longAgo = new Date(Date.now() - 11 * 60_000);
  utimesSync(join(media, part), longAgo, longAgo);
  await library.tidy();
  expect(readdirSync(media)).toEqual([stored]);
  expect(await collect(library.read(one, sha256))).toEqual(content);
});
