import { EventEmitter } from 'node:events';
import { decodeBinaryNode, encodeBinaryNode } from '@whiskeysockets/baileys/lib/WABinary/index.js';
import type { proto } from '@whiskeysockets/baileys/WAProto/index.js';
import type { RawData, WebSocket } from 'ws';
import type { KeyPair } from '../crypto/curve.js';
import type { Stanza } from '../stanza/node.js';
import { encodeFrame, FrameReader } from './frame.js';
import { type NoiseHandshakeResult, NoiseResponder, type NoiseTransport } from './noise.js';

const HANDSHAKE_TIMEOUT_MS = 20_000;
/** A client reads the last stanza before it sees the close only if the two are not in one packet. */
const LINGER_MS = 20;
const TERMINATE_MS = 1_000;

interface ConnectionEvents {
  /** The handshake is done: who connects, and with which payload (registration or login). */
  open: [client: { payload: proto.ClientPayload; clientStatic: Buffer }];
  stanza: [stanza: Stanza];
  /** The connection broke a rule of the protocol and is being closed. */
  fault: [error: Error];
  /** Emitted once, whoever closed. */
  close: [];
}

/** One client connection: bytes become stanzas here, and stanzas bytes. */
export class Connection extends EventEmitter<ConnectionEvents> {
  readonly #socket: WebSocket;
  readonly #frames = new FrameReader();
  readonly #noise: NoiseResponder;
  readonly #handshakeTimer: NodeJS.Timeout;
  #hasAnswered = false;
  #transport: NoiseTransport | undefined;
  #decoding: Promise<void> = Promise.resolve();
  #lastId = 0;
  #isEnding = false;

  constructor(socket: WebSocket, staticKey: KeyPair, certificateChain: Buffer) {
    super();
    this.#socket = socket;
    this.#noise = new NoiseResponder(staticKey, certificateChain);
    this.#handshakeTimer = setTimeout(() => {
      this.#fail(new Error('The handshake took too long.'));
    }, HANDSHAKE_TIMEOUT_MS);
    socket.on('message', (data) => this.#receive(data));
    // A lost network is no fault, and `close` follows; a WebSocket that breaks its own protocol is one.
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code?.startsWith('WS_ERR')) this.#fail(error);
    });
    socket.on('close', () => {
      clearTimeout(this.#handshakeTimer);
      this.#isEnding = true;
      this.emit('close');
    });
  }

  /** A new id for a stanza of the server's own, unique on this connection. */
  nextId(): string {
    return `s${++this.#lastId}`;
  }

  /** Sends a stanza; on a connection that is closing or closed it is dropped. */
  send(stanza: Stanza): void {
    if (this.#transport && !this.#isEnding) this.#write(stanza, this.#transport);
  }

  /** Sends last words, if there are any, and closes; the client has time to read them. */
  end(lastWords?: Stanza): void {
    if (this.#isEnding) return;
    if (lastWords && this.#transport) this.#write(lastWords, this.#transport);
    this.#isEnding = true;
    setTimeout(() => this.#socket.close(), lastWords ? LINGER_MS : 0);
    setTimeout(() => this.#socket.terminate(), TERMINATE_MS).unref();
  }

  /** Drops the TCP connection without a word, like a lost network. */
  terminate(): void {
    this.#isEnding = true;
    this.#socket.terminate();
  }

  #write(stanza: Stanza, transport: NoiseTransport): void {
    this.#socket.send(encodeFrame(transport.encrypt(encodeBinaryNode(stanza))));
  }

  #receive(data: RawData): void {
    if (this.#isEnding) return;
    try {
      const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer);
      for (const frame of this.#frames.read(bytes)) this.#readFrame(frame);
    } catch (error) {
      this.#fail(error);
    }
  }

  #readFrame(frame: Buffer): void {
    if (this.#transport) {
      this.#decode(this.#transport.decrypt(frame));
    } else if (!this.#hasAnswered) {
      this.#hasAnswered = true;
      this.#socket.send(encodeFrame(this.#noise.answer(frame)));
    } else {
      this.#opened(this.#noise.finish(frame));
    }
  }

  #opened({ transport, payload, clientStatic }: NoiseHandshakeResult): void {
    clearTimeout(this.#handshakeTimer);
    this.#transport = transport;
    this.emit('open', { payload, clientStatic });
  }

  /** Decrypting is synchronous (it counts frames), inflating is not: a chain keeps the order of arrival. */
  #decode(plaintext: Buffer): void {
    this.#decoding = this.#decoding.then(async () => {
      try {
        const stanza = await decodeBinaryNode(plaintext);
        if (!this.#isEnding) this.emit('stanza', stanza);
      } catch (error) {
        this.#fail(error);
      }
    });
  }

  #fail(error: unknown): void {
    if (this.#isEnding) return;
    this.emit('fault', error instanceof Error ? error : new Error(String(error)));
    this.end();
  }
}
