import { createPublicKey, verify } from 'node:crypto';
import { calculateAgreement, calculateSignature, generateKeyPair } from 'libsignal/src/curve.js';
import { edwardsOf, SIGN_BIT } from './edwards.js';

/** An X25519 key pair: both halves are 32 raw bytes, without Signal's 0x05 type prefix. */
export interface KeyPair {
  public: Buffer;
  private: Buffer;
}

const KEY_TYPE = Buffer.of(5);
/** What comes before an Ed25519 public key in its DER form. */
const SPKI_HEADER = Buffer.from('302a300506032b6570032100', 'hex');

/** Puts Signal's type byte (0x05) before a raw public key: 32 bytes in, 33 out. */
export function withKeyType(publicKey: Uint8Array): Buffer {
  return Buffer.concat([KEY_TYPE, publicKey]);
}

/** Takes Signal's type byte off a public key; a key that is already 32 bytes comes back as it is. */
export function withoutKeyType(publicKey: Uint8Array): Buffer {
  return Buffer.from(publicKey.length === 33 ? publicKey.subarray(1) : publicKey);
}

/** Makes a new X25519 key pair. */
export function createKeyPair(): KeyPair {
  const pair = generateKeyPair();
  return { public: withoutKeyType(pair.pubKey), private: Buffer.from(pair.privKey) };
}

/** The 32-byte Diffie-Hellman secret of our private and their raw public key. */
export function agree(privateKey: Buffer, publicKey: Uint8Array): Buffer {
  return Buffer.from(calculateAgreement(withKeyType(publicKey), privateKey));
}

/** A 64-byte XEdDSA signature. */
export function sign(privateKey: Buffer, message: Uint8Array): Buffer {
  return Buffer.from(calculateSignature(privateKey, message));
}

/**
 * Whether an XEdDSA signature by the owner of this raw public key is valid; wrong lengths are simply false.
 *
 * Such a signature is Ed25519's, but for the sign of the key in its last byte: Node verifies it natively.
 */
export function isSignedBy(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  const lastByte = signature[63] ?? 0;
  const plain = Buffer.from(signature);
  plain[63] = lastByte & ~SIGN_BIT;
  const edwards = edwardsOf(publicKey, lastByte & SIGN_BIT);
  const key = createPublicKey({ key: Buffer.concat([SPKI_HEADER, edwards]), format: 'der', type: 'spki' });
  return verify(null, message, key, plain);
}
