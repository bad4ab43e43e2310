import { proto } from '@whiskeysockets/baileys/WAProto/index.js';
import { agree, createKeyPair, type KeyPair } from '../crypto/curve.js';
import { NOISE_HEADER } from './frame.js';
import { NoiseState, type NoiseTransport } from './noise-state.js';

export type { NoiseTransport } from './noise-state.js';

const KEY_BYTES = 32;

/** The end of a handshake: who the client is, what it wants, and the channel to it. */
export interface NoiseHandshakeResult {
  clientStatic: Buffer;
  payload: proto.ClientPayload;
  transport: NoiseTransport;
}

/** The encoded ServerHello, to be framed; with the result already if the client resumed and nothing is to follow. */
export interface NoiseAnswer {
  serverHello: Buffer;
  result?: NoiseHandshakeResult;
}

/**
 * The server's side of the Noise handshake: answer the first frame, finish with the second unless the answer was all.
 *
 * A client that comes for the first time does XX. One that kept the server's static key resumes by IK: its first
 * frame says everything. If that frame was made for another key (the server's changed, say), the answer falls back
 * to XX under the name XXfallback, which the client sees from the static key in it.
 *
 * Every method throws on a message that does not parse or decrypt; the connection is then of no use.
 */
export class NoiseResponder {
  readonly #static: KeyPair;
  readonly #certificateChain: Buffer;
  readonly #ephemeral = createKeyPair();
  #state: NoiseState | undefined;

  constructor(staticKey: KeyPair, certificateChain: Buffer) {
    this.#static = staticKey;
    this.#certificateChain = certificateChain;
  }

  /** Answers the ClientHello. */
  answer(frame: Uint8Array): NoiseAnswer {
    const hello = proto.HandshakeMessage.decode(frame).clientHello;
    const clientEphemeral = hello?.ephemeral;
    if (clientEphemeral?.length !== KEY_BYTES) throw new Error('The ClientHello has no ephemeral key.');
    if (!hello?.static?.length) return this.#introduce('Noise_XX_25519_AESGCM_SHA256', clientEphemeral);
    return (
      this.#resume(clientEphemeral, hello.static, hello.payload ?? Buffer.alloc(0)) ??
      this.#introduce('Noise_XXfallback_25519_AESGCM_SHA256', clientEphemeral)
    );
  }

  /** Reads the ClientFinish and opens the channel. */
  finish(frame: Uint8Array): NoiseHandshakeResult {
    const state = this.#state;
    const finish = proto.HandshakeMessage.decode(frame).clientFinish;
    if (!state || !finish?.static || !finish.payload) throw new Error('The ClientFinish is incomplete.');
    const clientStatic = state.open(finish.static);
    state.mixKey(agree(this.#ephemeral.private, clientStatic));
    const payload = proto.ClientPayload.decode(state.open(finish.payload));
    return { clientStatic, payload, transport: state.split() };
  }

  /** XX: the server shows its static key and who vouches for it, and waits for the client to do the same. */
  #introduce(protocol: string, clientEphemeral: Uint8Array): NoiseAnswer {
    const state = new NoiseState(protocol);
    this.#state = state;
    state.mixHash(NOISE_HEADER);
    state.mixHash(clientEphemeral);
    state.mixHash(this.#ephemeral.public);
    state.mixKey(agree(this.#ephemeral.private, clientEphemeral));
    const sealedStatic = state.seal(this.#static.public);
    state.mixKey(agree(this.#static.private, clientEphemeral));
    return { serverHello: this.#hello(state.seal(this.#certificateChain), sealedStatic) };
  }

  /** IK: undefined if the client did not seal its hello for our static key. */
  #resume(
    clientEphemeral: Uint8Array,
    sealedStatic: Uint8Array,
    sealedPayload: Uint8Array,
  ): NoiseAnswer | undefined {
    const state = new NoiseState('Noise_IK_25519_AESGCM_SHA256');
    state.mixHash(NOISE_HEADER);
    state.mixHash(this.#static.public);
    state.mixHash(clientEphemeral);
    state.mixKey(agree(this.#static.private, clientEphemeral));
    let clientStatic: Buffer;
    let encodedPayload: Buffer;
    try {
      clientStatic = state.open(sealedStatic);
      state.mixKey(agree(this.#static.private, clientStatic));
      encodedPayload = state.open(sealedPayload);
    } catch {
      return undefined;
    }
    const payload = proto.ClientPayload.decode(encodedPayload);
    state.mixHash(this.#ephemeral.public);
    state.mixKey(agree(this.#ephemeral.private, clientEphemeral));
    state.mixKey(agree(this.#ephemeral.private, clientStatic));
    const serverHello = this.#hello(state.seal(this.#certificateChain));
    return { serverHello, result: { clientStatic, payload, transport: state.split() } };
  }

  #hello(payload: Buffer, sealedStatic?: Buffer): Buffer {
    const serverHello = {
      ephemeral: this.#ephemeral.public,
      ...(sealedStatic ? { static: sealedStatic } : {}),
      payload,
    };
    return Buffer.from(proto.HandshakeMessage.encode({ serverHello }).finish());
  }
}
