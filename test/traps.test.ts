import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');

const rows = read('docs/baileys-traps.md')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !/^\| (-+|no\.|trap) /.test(line));

/** The tests that a row names. */
const testsIn = (row: string) =>
  [...row.matchAll(/`([\w./-]+\.test\.ts)` “([^”]+)”/g)].map(([, file = '', title = '']) => ({
    file,
    title,
  }));

describe('docs/baileys-traps.md', () => {
  it('names a test for every trap, but for those of what is not there yet', () => {
    expect(rows).toHaveLength(17 + 8 + 19);
    expect(rows.filter((row) => testsIn(row).length === 0 && !row.includes('Not there yet'))).toEqual([]);
  });

  it('names tests that exist', () => {
    const named = rows.flatMap(testsIn);
    expect(named.length).toBeGreaterThan(60);
    const missing = named.filter(
      ({ file, title }) => !existsSync(join(root, file)) || !read(file).includes(title),
    );
    expect(missing).toEqual([]);
  });
});

describe('Baileys', () => {
  it('is pinned to one version', () => {
    const { dependencies } = JSON.parse(read('packages/core/package.json'));
    expect(dependencies['@whiskeysockets/baileys']).toMatch(/^7\.\d+\.\d+(-[\w.]+)?$/);
  });
});

describe('libsignal', () => {
  it('has its licence in the README', () => {
    expect(read('README.md')).toMatch(/## Licence[^#]*libsignal[^#]*GPL-3\.0/);
  });
});
