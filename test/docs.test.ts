import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bounds, deviceSettings, errorCodes } from '@wharf/core';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** The cells of every row of the tables in a page. */
const rowsOf = (page: string): string[][] =>
  read(page)
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );

describe('docs/errors.md', () => {
  it('is the table of error codes, no more and no less', () => {
    const rows = rowsOf('docs/errors.md');
    expect(rows).toEqual(
      Object.entries(errorCodes).map(([code, { kind, retry, httpStatus, sentence, remedy }]) => [
        `\`${code}\``,
        kind,
        retry,
        String(httpStatus),
        sentence,
        remedy,
      ]),
    );
  });
});

describe('docs/bounds.md', () => {
  it('names every bound with its value', () => {
    const rows = rowsOf('docs/bounds.md').map(([name, seconds]) => [
      name,
      Number(seconds?.replace(' s', '')) * 1000,
    ]);
    expect(rows).toEqual(Object.entries(bounds).map(([name, ms]) => [`\`${name}\``, ms]));
  });
});

describe('docs/sending.md', () => {
  it('names every setting of pacing with its default', () => {
    const flat = (value: unknown, path: string): Array<[string, string]> =>
      typeof value === 'object' && value !== null
        ? Object.entries(value).flatMap(([key, inner]) => flat(inner, `${path}.${key}`))
        : [[`\`${path}\``, String(value)]];
    const rows = rowsOf('docs/sending.md').map(([name, value]) => [name, value]);
    expect(rows).toEqual(flat(deviceSettings.parse({}).pacing, 'pacing'));
  });
});

describe('the errors that the code throws', () => {
  it('are all in the table, and every code of the table is thrown somewhere', () => {
    const sources = ['packages/core/src', 'packages/gateway/src', 'packages/client/src']
      .flatMap((folder) =>
        readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
          join(root, folder, name),
        ),
      )
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && !name.includes('src/errors/'))
      .map((name) => readFileSync(name, 'utf8'))
      .join('\n');
    for (const code of Object.keys(errorCodes)) expect(sources, code).toContain(`'${code}'`);
  });
});
