import { createCipheriv, createDecipheriv, createHash, hkdfSync } from 'node:crypto';
import { proto } from '@whiskeysockets/baileys/WAProto/index.js';
import { agree, createKeyPair, type KeyPair } from '../crypto/curve.js';
import { NOISE_HEADER } from './frame.js';

const NOISE_NAME = Buffer.from('Noise_XX_25519_AESGCM_SHA256\0\0\0\0'); // 32 bytes, therefore used unhashed
const EMPTY = Buffer.alloc(0);
const TAG_BYTES = 16;

/** Both directions of an established Noise channel. Each keeps a counter: use them strictly in wire order. */
export interface NoiseTransport {
  encrypt(plaintext: Uint8Array): Buffer;
  /** Throws if the frame was tampered with or arrives out of order. */
  decrypt(ciphertext: Uint8Array): Buffer;
}

/** The end of a handshake: who the client is, what it wants, and the channel to it. */
export interface NoiseHandshakeResult {
  clientStatic: Buffer;
  payload: proto.ClientPayload;
  transport: NoiseTransport;
}

/**
 * The server's side of the Noise XX handshake: answer the first frame, finish with the second.
 *
 * Every method throws on a message that does not parse or decrypt; the connection is then of no use.
 */
export class NoiseResponder {
  readonly #static: KeyPair;
  readonly #certificateChain: Buffer;
  readonly #ephemeral = createKeyPair();
  #hash: Buffer = NOISE_NAME;
  #chainingKey: Buffer = NOISE_NAME;
  #cipher = new CountedCipher(NOISE_NAME);

  constructor(staticKey: KeyPair, certificateChain: Buffer) {
    this.#static = staticKey;
    this.#certificateChain = certificateChain;
    this.#mixHash(NOISE_HEADER);
  }

  /** Answers the ClientHello: returns the encoded ServerHello, to be framed. */
  answer(frame: Uint8Array): Buffer {
    const clientEphemeral = proto.HandshakeMessage.decode(frame).clientHello?.ephemeral;
    if (clientEphemeral?.length !== 32) throw new Error('The ClientHello has no ephemeral key.');
    this.#mixHash(clientEphemeral);
    this.#mixHash(this.#ephemeral.public);
    this.#mixKey(agree(this.#ephemeral.private, clientEphemeral));
    const sealedStatic = this.#seal(this.#static.public);
    this.#mixKey(agree(this.#static.private, clientEphemeral));
    const payload = this.#seal(this.#certificateChain);
    const serverHello = { ephemeral: this.#ephemeral.public, static: sealedStatic, payload };
    return Buffer.from(proto.HandshakeMessage.encode({ serverHello }).finish());
  }

  /** Reads the ClientFinish and opens the channel. */
  finish(frame: Uint8Array): NoiseHandshakeResult {
    const finish = proto.HandshakeMessage.decode(frame).clientFinish;
    if (!finish?.static || !finish.payload) throw new Error('The ClientFinish is incomplete.');
    const clientStatic = this.#open(finish.static);
    this.#mixKey(agree(this.#ephemeral.private, clientStatic));
    const payload = proto.ClientPayload.decode(this.#open(finish.payload));
    const [fromClient, toClient] = this.#deriveKeys(EMPTY);
    const reader = new CountedCipher(fromClient);
    const writer = new CountedCipher(toClient);
    const transport = {
      encrypt: (plaintext: Uint8Array) => writer.encrypt(plaintext, EMPTY),
      decrypt: (ciphertext: Uint8Array) => reader.decrypt(ciphertext, EMPTY),
    };
    return { clientStatic, payload, transport };
  }

  #mixHash(data: Uint8Array): void {
    this.#hash = createHash('sha256').update(this.#hash).update(data).digest();
  }

  #mixKey(secret: Uint8Array): void {
    const [chainingKey, key] = this.#deriveKeys(secret);
    this.#chainingKey = chainingKey;
    this.#cipher = new CountedCipher(key);
  }

  #deriveKeys(secret: Uint8Array): [Buffer, Buffer] {
    const derived = Buffer.from(hkdfSync('sha256', secret, this.#chainingKey, EMPTY, 64));
    return [derived.subarray(0, 32), derived.subarray(32)];
  }

  #seal(plaintext: Uint8Array): Buffer {
    const ciphertext = this.#cipher.encrypt(plaintext, this.#hash);
    this.#mixHash(ciphertext);
    return ciphertext;
  }

  #open(ciphertext: Uint8Array): Buffer {
    const plaintext = this.#cipher.decrypt(ciphertext, this.#hash);
    this.#mixHash(ciphertext);
    return plaintext;
  }
}

/** AES-256-GCM whose nonce is a counter. */
class CountedCipher {
  readonly #key: Buffer;
  #counter = 0;

  constructor(key: Buffer) {
    this.#key = key;
  }

  encrypt(plaintext: Uint8Array, associatedData: Buffer): Buffer {
    const cipher = createCipheriv('aes-256-gcm', this.#key, this.#nextNonce()).setAAD(associatedData);
    return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
  }

  decrypt(ciphertext: Uint8Array, associatedData: Buffer): Buffer {
    if (ciphertext.length < TAG_BYTES) throw new Error('The frame is shorter than its authentication tag.');
    const body = ciphertext.subarray(0, -TAG_BYTES);
    const decipher = createDecipheriv('aes-256-gcm', this.#key, this.#nextNonce(), {
      authTagLength: TAG_BYTES,
    })
      .setAAD(associatedData)
      .setAuthTag(ciphertext.subarray(-TAG_BYTES));
    return Buffer.concat([decipher.update(body), decipher.final()]);
  }

  #nextNonce(): Buffer {
    const nonce = Buffer.alloc(12);
    nonce.writeUInt32BE(this.#counter++, 8);
    return nonce;
  }
}
