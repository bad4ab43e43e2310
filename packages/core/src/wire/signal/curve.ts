import type { Bridge } from './bridge.js';

/** An X25519 key pair: both halves are 32 raw bytes. */
export interface KeyPair {
  public: Uint8Array;
  private: Uint8Array;
}

/** The signatures and agreements of the Signal protocol. */
export interface Curve {
  generateKeyPair(): { public: Buffer; private: Buffer };
  sharedKey(privateKey: Uint8Array, publicKey: Uint8Array): Buffer;
  sign(privateKey: Uint8Array, message: Uint8Array): Buffer;
  /** False for a signature by another key and for bytes that are no signature or no key at all. */
  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;
}

const KEY_TYPE = Buffer.of(5);

/** A public key as the ciphers want it: 33 bytes, Signal's type first. WhatsApp leaves the type out in most places. */
export function withKeyType(publicKey: Uint8Array): Uint8Array {
  return publicKey.length === 33 ? publicKey : Buffer.concat([KEY_TYPE, publicKey]);
}

/** A key pair as the ciphers want it. */
export function cipherKeyPair(pair: KeyPair): { pubKey: Uint8Array; privKey: Uint8Array } {
  return { pubKey: withKeyType(pair.public), privKey: pair.private };
}

/** The elliptic curve on WebAssembly: signing takes a hundredth of the time it takes in JavaScript. */
export function bridgeCurve(bridge: Bridge): Curve {
  return {
    generateKeyPair() {
      const { pubKey, privKey } = bridge.generateKeyPair();
      return { public: Buffer.from(pubKey.subarray(1)), private: Buffer.from(privKey) };
    },
    sharedKey: (privateKey, publicKey) =>
      Buffer.from(bridge.calculateAgreement(withKeyType(publicKey), privateKey)),
    sign: (privateKey, message) => Buffer.from(bridge.calculateSignature(privateKey, message)),
    verify(publicKey, message, signature) {
      try {
        return bridge.verifySignature(withKeyType(publicKey), message, signature);
      } catch {
        return false;
      }
    },
  };
}
