import fc from 'fast-check';
import { calculateSignature, verifySignature } from 'libsignal/src/curve.js';
import { describe, expect, it } from 'vitest';
import { createKeyPair, isSignedBy, withKeyType } from './curve.js';
import { createSigningKey, signWith } from './signing-key.js';

const RUNS = { numRuns: 20 };

describe('Signatures', () => {
  it('made natively are valid for libsignal', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (message) => {
        const key = createSigningKey();
        const signature = signWith(key, message);
        expect(verifySignature(withKeyType(key.public), Buffer.from(message), signature)).toBe(true);
        expect(isSignedBy(key.public, message, signature)).toBe(true);
      }),
      RUNS,
    );
  });

  it('of libsignal are valid here, and no changed ones', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), fc.nat(511), (text, bit) => {
        const { public: publicKey, private: privateKey } = createKeyPair();
        const message = Buffer.from(text);
        const signature = Buffer.from(calculateSignature(privateKey, message));
        expect(isSignedBy(publicKey, message, signature)).toBe(true);
        signature[bit >> 3] = (signature[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(isSignedBy(publicKey, message, signature)).toBe(false);
      }),
      RUNS,
    );
  });

  it('by keys that are no points, or of the wrong length, are simply not valid', () => {
    for (const bytes of [
      Buffer.alloc(32),
      Buffer.alloc(32, 0xff),
      Buffer.from(`ec${'ff'.repeat(30)}7f`, 'hex'),
    ])
      expect(isSignedBy(bytes, Buffer.from('hi'), Buffer.alloc(64, 1))).toBe(false);
    expect(isSignedBy(Buffer.alloc(31), Buffer.from('hi'), Buffer.alloc(64))).toBe(false);
    expect(isSignedBy(Buffer.alloc(32), Buffer.from('hi'), Buffer.alloc(63))).toBe(false);
  });
});
