import { createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { z } from 'zod';
import { montgomeryOf, SIGN_BIT } from './edwards.js';

/** A key that signs and never agrees. It is an Ed25519 key, so that Node signs natively. */
export const signingKey = z.object({
  /** In Montgomery form, 32 bytes, as messages carry it. */
  public: z.instanceof(Buffer),
  /** The Ed25519 private key. */
  seed: z.instanceof(Buffer),
  /** The bit of the Edwards form that the Montgomery form lacks. */
  sign: z.number().int(),
});
export type SigningKey = z.infer<typeof signingKey>;

/** What comes before the seed in a PKCS #8 file. */
const PKCS8_HEADER = Buffer.from('302e020100300506032b657004220420', 'hex');
const keyObjects = new WeakMap<SigningKey, KeyObject>();

/** Makes a key that only signs. */
export function createSigningKey(): SigningKey {
  const { d = '', x = '' } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  const edwards = Buffer.from(x, 'base64url');
  return {
    public: montgomeryOf(edwards),
    seed: Buffer.from(d, 'base64url'),
    sign: (edwards[31] ?? 0) & SIGN_BIT,
  };
}

/** A 64-byte signature that verifies as XEdDSA: Ed25519's, with the sign of the key in the bit that is always 0. */
export function signWith(key: SigningKey, message: Uint8Array): Buffer {
  const signature = sign(null, message, keyObjectOf(key));
  signature[63] = (signature[63] ?? 0) | key.sign;
  return signature;
}

function keyObjectOf(key: SigningKey): KeyObject {
  const known = keyObjects.get(key);
  if (known) return known;
  const made = createPrivateKey({
    key: Buffer.concat([PKCS8_HEADER, key.seed]),
    format: 'der',
    type: 'pkcs8',
  });
  keyObjects.set(key, made);
  return made;
}
