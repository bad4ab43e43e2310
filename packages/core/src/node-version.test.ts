import { describe, expect, it } from 'vitest';
import { assertNodeVersion } from './node-version.js';

describe('the version of Node.js', () => {
  it.each(['22.9.0', '22.10.1', '24.0.0', '30.1.0'])('may be %s', (version) => {
    expect(() => assertNodeVersion(version)).not.toThrow();
  });

  it.each(['20.20.2', '22.8.9', '18.0.0'])('may not be %s, and the error says what to do', (version) => {
    expect(() => assertNodeVersion(version)).toThrow(/Node\.js 22\.9 or newer/);
  });
});
