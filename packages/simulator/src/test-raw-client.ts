import { once } from 'node:events';
import { encodeBinaryNode } from '@whiskeysockets/baileys/lib/WABinary/index.js';
import type { proto } from '@whiskeysockets/baileys/WAProto/index.js';
import { WebSocket } from 'ws';
import type { KeyPair } from './crypto/curve.js';
import type { Stanza } from './stanza/node.js';
import { type Channel, TestInitiator } from './test-initiator.js';
import { decodeStanza } from './wire/decode.js';
import { encodeFrame, NOISE_HEADER } from './wire/frame.js';

const WAIT_MS = 5_000;

/** A client that does what it is told, down to the byte: for tests of what no proper client would send. */
export class RawClient {
  /** What the server said, in order. */
  readonly received: Stanza[] = [];
  /** Takes what the server says from now on, instead of `received`. */
  onStanza: ((stanza: Stanza) => void) | undefined;
  /** Settles when the connection is closed, by whomever. */
  readonly closed: Promise<unknown>;
  readonly #socket: WebSocket;
  #channel: Channel | undefined;
  #answer: ((frame: Buffer) => void) | undefined;

  private constructor(url: string) {
    this.#socket = new WebSocket(url);
    this.closed = once(this.#socket, 'close');
    this.#socket.on('error', () => {});
    this.#socket.on('message', (data: Buffer) => this.#read(data));
  }

  /** Connects, and no more. */
  static async dial(url: string): Promise<RawClient> {
    const client = new RawClient(url);
    await once(client.#socket, 'open');
    return client;
  }

  /** Connects and shakes hands, as a new client or, with its key, as a linked one. */
  static async open(
    url: string,
    payload: proto.IClientPayload | Buffer,
    staticKey?: KeyPair,
  ): Promise<RawClient> {
    const client = await RawClient.dial(url);
    const initiator = new TestInitiator(payload, staticKey);
    const answered = new Promise<Buffer>((resolve) => {
      client.#answer = resolve;
    });
    client.send(Buffer.concat([NOISE_HEADER, encodeFrame(initiator.hello())]));
    const { channel, finish } = initiator.read(await answered);
    client.#channel = channel;
    client.send(encodeFrame(finish ?? Buffer.alloc(0)));
    return client;
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  /** Sends bytes as they are. */
  send(bytes: Uint8Array): void {
    if (this.isOpen) this.#socket.send(bytes);
  }

  /** Sends a frame that is properly encrypted, whatever is in it. */
  sendSealed(plaintext: Uint8Array): void {
    if (this.#channel) this.send(encodeFrame(this.#channel.encrypt(plaintext)));
  }

  sendStanza(stanza: Stanza): void {
    this.sendSealed(encodeBinaryNode(stanza));
  }

  /** Waits for a stanza from the server that may be there already; undefined if the connection closes instead. */
  async until(matches: (stanza: Stanza) => boolean): Promise<Stanza | undefined> {
    const signal = AbortSignal.timeout(WAIT_MS);
    for (;;) {
      const found = this.received.find(matches);
      if (found || !this.isOpen) return found;
      await Promise.race([once(this.#socket, 'message', { signal }), this.closed]);
    }
  }

  close(): void {
    this.#socket.terminate();
  }

  /** A WebSocket message holds one frame or several, always whole ones. */
  #read(message: Buffer): void {
    let rest = message;
    while (rest.length > 0) {
      const end = 3 + rest.readUIntBE(0, 3);
      this.#take(rest.subarray(3, end));
      rest = rest.subarray(end);
    }
  }

  #take(frame: Buffer): void {
    if (this.#channel) {
      const stanza = decodeStanza(this.#channel.decrypt(frame));
      if (this.onStanza) this.onStanza(stanza);
      else this.received.push(stanza);
    } else this.#answer?.(frame);
  }
}
