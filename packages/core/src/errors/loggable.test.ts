import { describe, expect, it } from 'vitest';
import { WharfError } from './errors.js';
import { loggable } from './loggable.js';

const thrownBy = (run: () => unknown): unknown => {
  try {
    return run();
  } catch (error) {
    return error;
  }
};

describe('what a log says of an error', () => {
  it.each([
    ['a WharfError', new WharfError('STORAGE_FULL'), 'STORAGE_FULL'],
    ['an error of SQLite', Object.assign(new Error('x'), { code: 'SQLITE_FULL' }), 'Error SQLITE_FULL'],
    ['one that quotes what it failed on', thrownBy(() => JSON.parse('Hello Vera!')), 'SyntaxError'],
    ['one whose code is a text', Object.assign(new Error('x'), { code: 'Hello Vera!' }), 'Error'],
    ['anything else', 'Hello Vera!', 'a thrown value'],
  ])('is which one it is: %s', (_, error, expected) => {
    expect(loggable(error)).toBe(expected);
  });
});
