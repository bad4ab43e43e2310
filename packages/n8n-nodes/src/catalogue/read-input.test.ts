import { describe, expect, it } from 'vitest';
import { readField, readList } from './read-input.js';

const field = (name: string, schema: object) => ({ name, isRequired: false, schema });

describe('a field of the form', () => {
  it('that is blank is left out', () => {
    expect(readField(field('text', { type: 'string' }), '')).toBeUndefined();
  });

  it('asks for spans in seconds', () => {
    expect(readField(field('waitMs', { type: 'number' }), 5)).toBe(5_000);
  });

  it('takes a span back by zero where that can be', () => {
    const forMs = field('forMs', { anyOf: [{ type: 'integer' }, { type: 'null' }] });
    expect(readField(forMs, 0)).toBeNull();
    expect(readField(forMs, 60)).toBe(60_000);
  });

  it('takes lists as they are typed and as expressions give them', () => {
    expect(readList('a, b,,c')).toEqual(['a', 'b', 'c']);
    expect(readList('a, b\nc')).toEqual(['a, b', 'c']);
    expect(readList(['a, b'])).toEqual(['a, b']);
  });
});
