import { expect, it } from 'vitest';
import { type OpenCipher, SessionCiphers } from './session-ciphers.js';

const cipherNamed = (name: string, freed: string[]) =>
  ({ cipher: { free: () => freed.push(name) }, storage: {} }) as unknown as OpenCipher;

it('keeps the latest used ciphers, frees the others, and frees all when it is closed', () => {
  const freed: string[] = [];
  const ciphers = new SessionCiphers(2);
  ciphers.give('a', cipherNamed('a', freed));
  ciphers.give('b', cipherNamed('b', freed));
  const a = ciphers.take('a');
  expect(ciphers.take('a')).toBeUndefined();
  if (a) ciphers.give('a', a);
  ciphers.give('c', cipherNamed('c', freed));
  expect(freed).toEqual(['b']);
  expect(ciphers.size).toBe(2);

  const inUse = ciphers.take('c');
  ciphers.close();
  expect(freed).toEqual(['b', 'a']);
  if (inUse) ciphers.give('c', inUse);
  expect(freed).toEqual(['b', 'a', 'c']);
  expect(ciphers.size).toBe(0);
});
