import { connect, isIP, type Socket, type TcpNetConnectOpts } from 'node:net';
import { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';

/** So much is read ahead at the most, but for what comes at once: stopping and starting a connection costs more than the memory. */
const AHEAD_BYTES = 512 * 1024;
/** What TCP hands over in one go, and what TLS may still give when it was told to stop. */
const AT_ONCE_BYTES = 64 * 1024;

/**
 * A connection that hands on what it reads in few, large pieces, which nobody else refers to.
 *
 * A socket that is read as a stream leaves V8 some kilobytes to collect for every 16 KB that TLS decrypts, and in a large file that
 * comes to more than the process has otherwise. Here all of them are read into the same buffer.
 */
export class PiecewiseConnection extends Duplex {
  readonly #socket: Socket;
  #read = Buffer.allocUnsafeSlow(AHEAD_BYTES + AT_ONCE_BYTES);
  #length = 0;
  /** Whether somebody takes a piece now. */
  #isWanted = false;
  #isHandingOn = false;

  constructor({ protocol, ...options }: TcpNetConnectOpts & { protocol?: string | null | undefined }) {
    super();
    const buffer = Buffer.allocUnsafeSlow(AT_ONCE_BYTES);
    const onread = { buffer, callback: (count: number) => this.#take(buffer.subarray(0, count)) };
    const { host = '' } = options;
    const name = isIP(host) ? {} : { servername: host };
    this.#socket =
      protocol === 'https:'
        ? connectTls({ ...options, ...name, onread } as never)
        : connect({ ...options, onread });
    this.#socket.on('timeout', () => this.emit('timeout'));
    this.#socket.on('error', (error) => this.#fail(error));
    this.#socket.on('end', () => {
      this.#handOn();
      this.push(null);
    });
    this.#socket.on('close', () => this.readableEnded || this.push(null));
  }

  /** As `Socket` has it: `http` asks for it. */
  setTimeout(ms: number): void {
    this.#socket.setTimeout(ms);
  }

  override _read(): void {
    this.#isWanted = true;
    this.#handOnSoon();
  }

  override _write(bytes: Uint8Array, _encoding: string, done: (error?: Error | null) => void): void {
    this.#socket.write(bytes, (error) => {
      if (error) this.#fail(error);
      done(error);
    });
  }

  override _final(done: () => void): void {
    this.#socket.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#socket.destroy();
    done(error);
  }

  /** A server that refuses a body answers, closes, and lets the rest of the body fail: its answer goes first. */
  #fail(error: Error): void {
    if (this.destroyed) return;
    this.#handOn();
    this.destroy(error);
  }

  /** Whether more may come. */
  #take(bytes: Buffer): boolean {
    if (this.#length + bytes.length > this.#read.length)
      this.#read = Buffer.concat([this.#read.subarray(0, this.#length), bytes]);
    else this.#read.set(bytes, this.#length);
    this.#length += bytes.length;
    this.#handOnSoon();
    return this.#length < AHEAD_BYTES;
  }

  /** When everything that the network has now is read. */
  #handOnSoon(): void {
    if (this.#isHandingOn || !this.#isWanted || this.#length === 0) return;
    this.#isHandingOn = true;
    setImmediate(() => {
      this.#isHandingOn = false;
      if (this.#isWanted && !this.destroyed) this.#handOn();
    });
  }

  #handOn(): void {
    if (this.#length === 0) return;
    const piece = Buffer.allocUnsafeSlow(this.#length);
    piece.set(this.#read.subarray(0, this.#length));
    this.#length = 0;
    this.#isWanted = this.push(piece);
    this.#socket.resume();
  }
}
