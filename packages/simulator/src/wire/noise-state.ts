import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createSecretKey,
  hkdfSync,
  type KeyObject,
} from 'node:crypto';

const EMPTY = Buffer.alloc(0);
const HASH_BYTES = 32;
const TAG_BYTES = 16;

/** Both directions of an established Noise channel. Each keeps a counter: use them strictly in wire order. */
export interface NoiseTransport {
  encrypt(plaintext: Uint8Array): Buffer;
  /** Throws if the frame was tampered with or arrives out of order. */
  decrypt(ciphertext: Uint8Array): Buffer;
}

/** What a Noise handshake keeps between its messages: the running hash, the chaining key and the current cipher. */
export class NoiseState {
  #hash: Buffer;
  #chainingKey: Buffer;
  #cipher: CountedCipher;

  /** @param protocol the protocol's name; as Noise has it, one of up to 32 bytes is padded and a longer one hashed. */
  constructor(protocol: string) {
    const name = Buffer.from(protocol);
    this.#hash =
      name.length > HASH_BYTES
        ? createHash('sha256').update(name).digest()
        : Buffer.concat([name, Buffer.alloc(HASH_BYTES - name.length)]);
    this.#chainingKey = this.#hash;
    this.#cipher = new CountedCipher(this.#hash);
  }

  mixHash(data: Uint8Array): void {
    this.#hash = createHash('sha256').update(this.#hash).update(data).digest();
  }

  mixKey(secret: Uint8Array): void {
    const [chainingKey, key] = this.#deriveKeys(secret);
    this.#chainingKey = chainingKey;
    this.#cipher = new CountedCipher(key);
  }

  seal(plaintext: Uint8Array): Buffer {
    const ciphertext = this.#cipher.encrypt(plaintext, this.#hash);
    this.mixHash(ciphertext);
    return ciphertext;
  }

  open(ciphertext: Uint8Array): Buffer {
    const plaintext = this.#cipher.decrypt(ciphertext, this.#hash);
    this.mixHash(ciphertext);
    return plaintext;
  }

  /** Ends the handshake: the responder's channel to the initiator. */
  split(): NoiseTransport {
    const [fromInitiator, toInitiator] = this.#deriveKeys(EMPTY);
    const reader = new CountedCipher(fromInitiator);
    const writer = new CountedCipher(toInitiator);
    return {
      encrypt: (plaintext) => writer.encrypt(plaintext, EMPTY),
      decrypt: (ciphertext) => reader.decrypt(ciphertext, EMPTY),
    };
  }

  #deriveKeys(secret: Uint8Array): [Buffer, Buffer] {
    const derived = Buffer.from(hkdfSync('sha256', secret, this.#chainingKey, EMPTY, 64));
    return [derived.subarray(0, 32), derived.subarray(32)];
  }
}

/** AES-256-GCM whose nonce is a counter. */
class CountedCipher {
  /** Made once: with raw bytes Node would make a new key object for every frame, at four times the price. */
  readonly #key: KeyObject;
  #counter = 0;

  constructor(key: Buffer) {
    this.#key = createSecretKey(key);
  }

  encrypt(plaintext: Uint8Array, associatedData: Buffer): Buffer {
    const cipher = createCipheriv('aes-256-gcm', this.#key, this.#nextNonce());
    if (associatedData.length > 0) cipher.setAAD(associatedData);
    const ciphertext = cipher.update(plaintext);
    // GCM holds nothing back: all that is left to write is the tag.
    cipher.final();
    return Buffer.concat([ciphertext, cipher.getAuthTag()]);
  }

  decrypt(ciphertext: Uint8Array, associatedData: Buffer): Buffer {
    if (ciphertext.length < TAG_BYTES) throw new Error('The frame is shorter than its authentication tag.');
    const body = ciphertext.subarray(0, -TAG_BYTES);
    const decipher = createDecipheriv('aes-256-gcm', this.#key, this.#nextNonce(), {
      authTagLength: TAG_BYTES,
    }).setAuthTag(ciphertext.subarray(-TAG_BYTES));
    if (associatedData.length > 0) decipher.setAAD(associatedData);
    const plaintext = decipher.update(body);
    decipher.final();
    return plaintext;
  }

  #nextNonce(): Buffer {
    const nonce = Buffer.alloc(12);
    nonce.writeUInt32BE(this.#counter++, 8);
    return nonce;
  }
}
