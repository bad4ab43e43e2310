import { describe, expect, it } from 'vitest';
import { createKeyPair } from '../crypto/curve.js';
import { createCertificateChain, isCertificateChainValid } from './certificate.js';

const keys = { root: createKeyPair(), intermediate: createKeyPair(), noise: createKeyPair() };
const chain = createCertificateChain(keys);

describe('The certificate chain', () => {
  it('leads from the root to the static key', () => {
    expect(isCertificateChainValid(chain, keys.root.public, keys.noise.public)).toBe(true);
  });

  it('is not valid under another root or for another static key', () => {
    expect(isCertificateChainValid(chain, createKeyPair().public, keys.noise.public)).toBe(false);
    expect(isCertificateChainValid(chain, keys.root.public, createKeyPair().public)).toBe(false);
  });
});
