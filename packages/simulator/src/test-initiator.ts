import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createSecretKey,
  hkdfSync,
  type KeyObject,
} from 'node:crypto';
import { proto } from '@whiskeysockets/baileys/WAProto/index.js';
import { agree, createKeyPair, type KeyPair } from './crypto/curve.js';

const HEADER = Buffer.of(0x57, 0x41, 6, 3);

/** A handshake's key, its nonce and the hash, written down from the Noise specification and from nothing of ours. */
class Symmetric {
  hash: Buffer;
  #chain: Buffer;
  #key: Buffer;
  #nonce = 0n;

  constructor(name: string) {
    const bytes = Buffer.alloc(32);
    bytes.write(name);
    this.hash = name.length > 32 ? createHash('sha256').update(name).digest() : bytes;
    this.#chain = this.hash;
    this.#key = this.hash;
    this.mix(HEADER);
  }

  mix(data: Uint8Array): void {
    this.hash = createHash('sha256').update(this.hash).update(data).digest();
  }

  mixKey(secret: Uint8Array): void {
    [this.#chain, this.#key] = this.expand(secret);
    this.#nonce = 0n;
  }

  expand(secret: Uint8Array): [Buffer, Buffer] {
    const bytes = Buffer.from(hkdfSync('sha256', secret, this.#chain, '', 64));
    return [bytes.subarray(0, 32), bytes.subarray(32)];
  }

  seal(plaintext: Uint8Array): Buffer {
    const sealed = gcm('seal', this.#key, this.#nonce++, plaintext, this.hash);
    this.mix(sealed);
    return sealed;
  }

  open(ciphertext: Uint8Array): Buffer {
    const opened = gcm('open', this.#key, this.#nonce++, ciphertext, this.hash);
    this.mix(ciphertext);
    return opened;
  }
}

function gcm(
  what: 'seal' | 'open',
  key: Buffer | KeyObject,
  count: bigint,
  data: Uint8Array,
  aad: Buffer,
): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeBigUInt64BE(count, 4);
  if (what === 'seal') {
    const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(aad);
    return Buffer.concat([cipher.update(data), cipher.final(), cipher.getAuthTag()]);
  }
  const decipher = createDecipheriv('aes-256-gcm', key, nonce).setAAD(aad).setAuthTag(data.subarray(-16));
  return Buffer.concat([decipher.update(data.subarray(0, -16)), decipher.final()]);
}

/** What a client ends up with: the server's static key, and a channel to it. */
export interface Channel {
  serverStatic: Buffer;
  certificateChain: Buffer;
  encrypt(plaintext: Uint8Array): Buffer;
  decrypt(ciphertext: Uint8Array): Buffer;
}

/** The client's side of the Noise handshake, independent of the server's and of Baileys: for tests only. */
export class TestInitiator {
  readonly #ephemeral = createKeyPair();
  readonly #static: KeyPair;
  readonly #payload: Uint8Array;
  #state: Symmetric | undefined;
  #serverStatic: Buffer | undefined;

  /** `payload`: what the client says of itself, or any bytes in place of it. */
  constructor(payload: proto.IClientPayload | Buffer, staticKey = createKeyPair()) {
    this.#payload = Buffer.isBuffer(payload) ? payload : proto.ClientPayload.encode(payload).finish();
    this.#static = staticKey;
  }

  /** The first frame: plain, or a resumption for a server static key that the client remembers. */
  hello(serverStatic?: Buffer): Buffer {
    if (!serverStatic) return encodeHello({ ephemeral: this.#ephemeral.public });
    this.#serverStatic = serverStatic;
    const state = new Symmetric('Noise_IK_25519_AESGCM_SHA256');
    this.#state = state;
    state.mix(serverStatic);
    state.mix(this.#ephemeral.public);
    state.mixKey(agree(this.#ephemeral.private, serverStatic));
    const sealedStatic = state.seal(this.#static.public);
    state.mixKey(agree(this.#static.private, serverStatic));
    const payload = state.seal(this.#payload);
    return encodeHello({ ephemeral: this.#ephemeral.public, static: sealedStatic, payload });
  }

  /** Reads the server's answer; `finish` is the frame to send next, if there is one. */
  read(answer: Uint8Array): { channel: Channel; finish?: Buffer } {
    const { serverHello } = proto.HandshakeMessage.decode(answer);
    if (!serverHello?.ephemeral || !serverHello.payload) throw new Error('The ServerHello is incomplete.');
    const { ephemeral, payload, static: sealedStatic } = serverHello;
    if (this.#state && this.#serverStatic && !sealedStatic?.length) {
      const state = this.#state;
      state.mix(ephemeral);
      state.mixKey(agree(this.#ephemeral.private, ephemeral));
      state.mixKey(agree(this.#static.private, ephemeral));
      return { channel: split(state, this.#serverStatic, state.open(payload)) };
    }
    const state = new Symmetric(`Noise_XX${this.#state ? 'fallback' : ''}_25519_AESGCM_SHA256`);
    state.mix(this.#ephemeral.public);
    state.mix(ephemeral);
    state.mixKey(agree(this.#ephemeral.private, ephemeral));
    const serverStatic = state.open(sealedStatic ?? Buffer.alloc(0));
    state.mixKey(agree(this.#ephemeral.private, serverStatic));
    const certificateChain = state.open(payload);
    const ownStatic = state.seal(this.#static.public);
    state.mixKey(agree(this.#static.private, ephemeral));
    const clientFinish = { static: ownStatic, payload: state.seal(this.#payload) };
    const finish = Buffer.from(proto.HandshakeMessage.encode({ clientFinish }).finish());
    return { channel: split(state, serverStatic, certificateChain), finish };
  }
}

function encodeHello(clientHello: proto.HandshakeMessage.IClientHello): Buffer {
  return Buffer.from(proto.HandshakeMessage.encode({ clientHello }).finish());
}

function split(state: Symmetric, serverStatic: Buffer, certificateChain: Buffer): Channel {
  const [toServer, fromServer] = state.expand(Buffer.alloc(0)).map((key) => createSecretKey(key)) as [
    KeyObject,
    KeyObject,
  ];
  const none = Buffer.alloc(0);
  let sent = 0n;
  let received = 0n;
  return {
    serverStatic,
    certificateChain,
    encrypt: (plaintext) => gcm('seal', toServer, sent++, plaintext, none),
    decrypt: (ciphertext) => gcm('open', fromServer, received++, ciphertext, none),
  };
}
