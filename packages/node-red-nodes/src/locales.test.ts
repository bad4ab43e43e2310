import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const files = (folder: string) => readdirSync(join(import.meta.dirname, folder));
const folders = ['shared', 'sidebar', ...files('nodes').map((node) => `nodes/${node}`)];
const read = (...path: string[]) => readFileSync(join(import.meta.dirname, ...path), 'utf8');

/** Every key of a catalogue, dotted, with the variables its text uses. */
function keysOf(catalogue: object, prefix = ''): string[] {
  return Object.entries(catalogue).flatMap(([name, value]) =>
    typeof value === 'string'
      ? `${prefix}${name} ${(value.match(/__\w+__/g) ?? []).sort().join(' ')}`
      : keysOf(value, `${prefix}${name}.`),
  );
}

describe.each(folders)('The texts of %s', (folder) => {
  const english = keysOf(JSON.parse(read(folder, 'locale.en-US.json')));
  const others = files(folder).filter((file) => /^locale\.(?!en-US).+\.json$/.test(file));

  it.each(others)('in %s are complete', (file) => {
    expect(keysOf(JSON.parse(read(folder, file))).sort()).toEqual([...english].sort());
  });

  it('exist for every key the dialog asks for', () => {
    if (!files(folder).includes('editor.html')) return;
    const type = `wharf-${folder.split('/').at(-1)}`;
    const asked = [...read(folder, 'editor.html').matchAll(/data-i18n="(?:\[[\w-]+\])?([\w.:-]+)"/g)];
    const keys = asked.flatMap(([, key = '']) =>
      key.startsWith(`${type}.`) ? [key.slice(type.length + 1)] : [],
    );
    const known = english.map((key) => key.split(' ')[0]);
    expect(keys.filter((key) => !known.includes(key))).toEqual([]);
  });
});
