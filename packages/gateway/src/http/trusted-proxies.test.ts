import { describe, expect, it } from 'vitest';
import { readTrustedProxies } from './trusted-proxies.js';

describe('the proxies that are trusted', () => {
  it.each([
    ['loopback', ['loopback']],
    ['10.0.0.1, 10.0.0.0/8', ['10.0.0.1', '10.0.0.0/8']],
    ['::1,fd00::/8', ['::1', 'fd00::/8']],
  ])('are read from "%s"', (text, proxies) => expect(readTrustedProxies(text)).toEqual(proxies));

  it.each(['', 'true', 'proxy.example', '10.0.0.1,', '10.0.0.0/33', '::1/129', '10.0.0.0/8/8', '10.0.0.0/'])(
    'are not "%s"',
    (text) => expect(() => readTrustedProxies(text)).toThrow('An option has a value'),
  );
});
