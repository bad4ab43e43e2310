import * as libsignal from 'libsignal/src/curve.js';
import { describe, expect, it } from 'vitest';
import { withKeyType } from './curve.js';
import { curve } from './test-parties.js';

const text = Buffer.from('what is signed');

describe('the curve', () => {
  it('agrees with libsignal on signatures and secrets', () => {
    const ours = curve.generateKeyPair();
    const theirs = libsignal.generateKeyPair();
    const theirSecret = libsignal.calculateAgreement(withKeyType(ours.public), theirs.privKey);
    expect(curve.sharedKey(ours.private, theirs.pubKey)).toEqual(Buffer.from(theirSecret));
    expect(curve.sharedKey(ours.private, theirs.pubKey.slice(1))).toEqual(Buffer.from(theirSecret));
    expect(libsignal.verifySignature(withKeyType(ours.public), text, curve.sign(ours.private, text))).toBe(
      true,
    );
    expect(curve.verify(theirs.pubKey, text, libsignal.calculateSignature(theirs.privKey, text))).toBe(true);
  });

  it('makes keys of 32 bytes, as WhatsApp sends them', () => {
    const pair = curve.generateKeyPair();
    expect([pair.public.length, pair.private.length]).toEqual([32, 32]);
  });

  it('refuses every signature that is not by this key over these bytes', () => {
    const { public: key, private: secret } = curve.generateKeyPair();
    const signature = curve.sign(secret, text);
    expect(curve.verify(key, text, signature)).toBe(true);
    expect(curve.verify(withKeyType(key), text, signature)).toBe(true);
    const changed = Buffer.from(signature);
    changed.writeUInt8(changed.readUInt8(5) ^ 1, 5);
    expect(curve.verify(key, text, changed)).toBe(false);
    expect(curve.verify(key, Buffer.from('something else'), signature)).toBe(false);
    expect(curve.verify(curve.generateKeyPair().public, text, signature)).toBe(false);
    expect(curve.verify(key, text, new Uint8Array(0))).toBe(false);
    expect(curve.verify(new Uint8Array(7), text, signature)).toBe(false);
  });
});
