import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { actions } from '@wharf/core';
import { connectedInputs, otherRefusals } from '../actions/refusals.js';

/** A place in which every action must be, and none that does not exist. An adapter is a column: it says which actions it offers. */
export interface Column {
  where: string;
  names(): Iterable<string>;
}

const read = (path: string) => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');

/** What is called by name, and not only mentioned: `act` holds the output against its schema. */
const PERFORMED = /(?<![.\w])act(?:Of)?\((?:\w+, )?'(\w+\.\w+)'/g;

const tests = readdirSync(fileURLToPath(new URL('../actions', import.meta.url)))
  .filter((file) => file.endsWith('.test.ts') && file !== 'refused.test.ts')
  .map((file) => read(`test/actions/${file}`))
  .join('\n');

export const columns: Column[] = [
  {
    where: 'docs/actions.md',
    names: () => [...read('docs/actions.md').matchAll(/^### `(.*)`$/gm)].map(([, name = '']) => name),
  },
  {
    where: 'the tests through the wire, test/actions',
    // One test asks for an action that does not exist.
    names: () => [...tests.matchAll(PERFORMED)].flatMap(([, name = '']) => (name in actions ? [name] : [])),
  },
  {
    where: 'the refused cases, test/actions/refusals.ts',
    names: () => Object.keys({ ...connectedInputs(''), ...otherRefusals }),
  },
];
