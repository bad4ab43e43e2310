import { EventEmitter } from 'node:events';
import { encodeBinaryNode } from '@whiskeysockets/baileys/lib/WABinary/index.js';
import type { proto } from '@whiskeysockets/baileys/WAProto/index.js';
import type { RawData, WebSocket } from 'ws';
import type { KeyPair } from '../crypto/curve.js';
import { type Stanza, stanza } from '../stanza/node.js';
import { decodeStanza } from './decode.js';
import { encodeFrame, FrameReader } from './frame.js';
import type { Gate } from './gate.js';
import { type NoiseHandshakeResult, NoiseResponder, type NoiseTransport } from './noise.js';

const HANDSHAKE_TIMEOUT_MS = 20_000;
/** A client reads the last stanza before it sees the close only if the two are not in one packet. */
const LINGER_MS = 20;
const TERMINATE_MS = 1_000;
/**
 * What may share a WebSocket message with others. Messages may not: of several at once from somebody new, Baileys 7.0.0-rc14
 * takes the later ones first.
 */
const CAN_WAIT = new Set(['ack', 'receipt']);
/** A client is not to wait for the first answer until the last question was dealt with. */
const MOST_TOGETHER = 4;

interface ConnectionEvents {
  /** The handshake is done: who connects, with which payload (registration or login), and whether by IK. */
  open: [client: { payload: proto.ClientPayload; clientStatic: Buffer; isResumed: boolean }];
  stanza: [stanza: Stanza];
  /** A stanza was read or written: what really passes, whatever faults make of it. */
  passed: [direction: 'in' | 'out', stanza: Stanza];
  /** The connection broke a rule of the protocol and is being closed. */
  fault: [error: Error];
  /** Emitted once, whoever closed. */
  close: [];
}

/** One client connection: bytes become stanzas here, and stanzas bytes. */
export class Connection extends EventEmitter<ConnectionEvents> {
  /** Where faults are made on demand; without it everything passes. */
  gate: Gate | undefined;
  readonly #socket: WebSocket;
  readonly #frames = new FrameReader();
  readonly #noise: NoiseResponder;
  readonly #handshakeTimer: NodeJS.Timeout;
  #hasAnswered = false;
  #readsAt = 0;
  #transport: NoiseTransport | undefined;
  #lastId = 0;
  #isEnding = false;
  /** Frames of this turn of the event loop that may leave together: a system call costs more than a frame. */
  #outgoing: Buffer[] = [];

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
    if (!this.#transport || this.#isEnding) return;
    if (this.gate) this.gate.outgoing(stanza, this.#writeLater);
    else this.#write(stanza, this.#transport);
  }

  /** Sends last words, if there are any, and closes; the client has time to read them. */
  end(lastWords?: Stanza): void {
    if (this.#isEnding) return;
    if (lastWords && this.#transport) this.#write(lastWords, this.#transport);
    this.#flush();
    this.#isEnding = true;
    setTimeout(() => this.#socket.close(), lastWords ? LINGER_MS : 0);
    setTimeout(() => this.#socket.terminate(), TERMINATE_MS).unref();
  }

  /** Drops the TCP connection without a word, like a lost network. */
  terminate(): void {
    this.#flush();
    this.#isEnding = true;
    this.#socket.terminate();
  }

  #write(stanza: Stanza, transport: NoiseTransport): void {
    this.emit('passed', 'out', stanza);
    this.#outgoing.push(encodeFrame(transport.encrypt(encodeBinaryNode(stanza))));
    if (!CAN_WAIT.has(stanza.tag) || this.#outgoing.length >= MOST_TOGETHER) this.#flush();
    else if (this.#outgoing.length === 1) setImmediate(this.#flush);
  }

  readonly #flush = (): void => {
    const frames = this.#outgoing;
    if (frames.length === 0) return;
    this.#outgoing = [];
    this.#socket.send(frames.length === 1 ? (frames[0] as Buffer) : Buffer.concat(frames));
  };

  readonly #writeLater = (stanza: Stanza, isCut = false): void => {
    if (!this.#transport || this.#isEnding) return;
    if (isCut) this.#cutWithin(stanza, this.#transport);
    else this.#write(stanza, this.#transport);
  };

  #cutWithin(stanza: Stanza, transport: NoiseTransport): void {
    const frame = encodeFrame(transport.encrypt(encodeBinaryNode(stanza)));
    this.#flush();
    this.#isEnding = true;
    this.#socket.send(frame.subarray(0, Math.ceil(frame.length / 2)), () => this.#socket.terminate());
  }

  #receive(data: RawData): void {
    if (this.#isEnding) return;
    try {
      const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer);
      this.#pauseFor(this.gate?.pauseAfter(bytes.length) ?? 0);
      for (const frame of this.#frames.read(bytes)) this.#readFrame(frame);
    } catch (error) {
      this.#fail(error);
    }
  }

  #pauseFor(pauseMs: number): void {
    if (pauseMs <= 0) return;
    const now = Date.now();
    this.#readsAt = Math.max(now, this.#readsAt) + pauseMs;
    this.#socket.pause();
    setTimeout(
      () => {
        if (Date.now() >= this.#readsAt) this.#socket.resume();
      },
      this.#readsAt - now + 1,
    );
  }

  #readFrame(frame: Buffer): void {
    if (this.#transport) {
      this.#readStanza(this.#transport.decrypt(frame));
    } else if (!this.#hasAnswered) {
      this.#hasAnswered = true;
      if (this.gate?.isAnswering() === false) return;
      const { serverHello, result } = this.#noise.answer(frame);
      this.#socket.send(encodeFrame(serverHello));
      if (result) this.#opened(result, true);
    } else {
      this.#opened(this.#noise.finish(frame));
    }
  }

  #opened({ transport, payload, clientStatic }: NoiseHandshakeResult, isResumed = false): void {
    clearTimeout(this.#handshakeTimer);
    this.#transport = transport;
    this.emit('open', { payload, clientStatic, isResumed });
  }

  #readStanza(plaintext: Buffer): void {
    if (this.#isEnding) return;
    let received: Stanza;
    try {
      received = decodeStanza(plaintext);
    } catch (error) {
      return this.#fail(error, stanza('stream:error', {}, [stanza('xml-not-well-formed')]));
    }
    this.emit('passed', 'in', received);
    if (this.gate && !this.gate.isAdmitted(received)) return;
    try {
      this.emit('stanza', received);
    } catch (error) {
      this.#fail(error, stanza('stream:error', { code: 500 }));
    }
  }

  #fail(error: unknown, lastWords?: Stanza): void {
    if (this.#isEnding) return;
    this.emit('fault', error instanceof Error ? error : new Error(String(error)));
    this.end(lastWords);
  }
}
