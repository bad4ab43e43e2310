import type { Manager, Reading, WharfEvent } from '@wharf/core';
import type { WebSocket } from 'ws';
import { ALIVE_EVERY_MS, SLOWEST_CLIENT_MS } from './limits.js';
import { type LoginNotice, watchLogins } from './logins.js';
import type { Subscription } from './subscription.js';

/** What is said over the socket; the client says nothing but `{ "type": "confirm", "seq": N }`. */
type Frame = { type: 'event'; event: WharfEvent } | { type: 'login'; login: LoginNotice } | { type: 'alive' };

/** Why the gateway closes a socket. */
export const closeCodes = {
  goingAway: 1001,
  /** What the client has sent, or asked for, is wrong; an error has said what. */
  refused: 4400,
  tokenRevoked: 4401,
  /** Another one reads under the same name. */
  takenOver: 4409,
} as const;

/**
 * Events over one WebSocket. For a reader with a name the cursor moves on when the client has confirmed an event, and the next
 * one is sent then; one without a name gets them as fast as it takes them.
 */
export class EventSocket {
  readonly #reading: Reading;
  readonly #unwatch: () => void;
  readonly #alive: NodeJS.Timeout;
  #isHeard = true;
  #waiting: { seq: number; resolve(): void; reject(error: Error): void } | undefined;
  readonly ended: Promise<void>;

  constructor(
    manager: Manager,
    private readonly socket: WebSocket,
    { request, isFor, areLoginsWanted }: Subscription,
    isTokenGood: () => boolean,
  ) {
    const isConfirmed = request.name !== undefined;
    this.#reading = manager.consume(request, async (event) => {
      if (!isFor(event)) return;
      const confirmed = isConfirmed ? this.#confirmed(event.seq) : undefined;
      await this.#send({ type: 'event', event });
      await confirmed;
    });
    this.#unwatch = areLoginsWanted
      ? watchLogins(
          manager,
          (deviceId) => isFor({ deviceId: deviceId as never, type: 'device.state' }),
          (login) => void this.#send({ type: 'login', login }).catch(() => undefined),
        )
      : () => undefined;
    this.#alive = setInterval(() => this.#look(isTokenGood()), ALIVE_EVERY_MS);
    socket.on('message', (data) => this.#hear(String(data)));
    socket.on('pong', () => {
      this.#isHeard = true;
    });
    socket.on('error', () => socket.terminate());
    this.ended = new Promise((resolve) => socket.once('close', resolve)).then(() => this.#end());
  }

  close(code: number): void {
    this.socket.close(code);
  }

  #confirmed(seq: number): Promise<void> {
    const confirmed = new Promise<void>((resolve, reject) => {
      this.#waiting = { seq, resolve, reject };
    });
    // Nobody may be waiting for it yet when the connection ends.
    confirmed.catch(() => undefined);
    return confirmed;
  }

  #hear(text: string): void {
    this.#isHeard = true;
    let frame: { type?: unknown; seq?: unknown } = {};
    try {
      frame = JSON.parse(text) ?? {};
    } catch {
      // Told below.
    }
    if (frame.type !== 'confirm') return this.close(closeCodes.refused);
    if (frame.seq !== this.#waiting?.seq) return;
    this.#waiting?.resolve();
    this.#waiting = undefined;
  }

  #look(isTokenGood: boolean): void {
    if (!isTokenGood) return this.close(closeCodes.tokenRevoked);
    if (!this.#isHeard) return this.socket.terminate();
    this.#isHeard = false;
    this.socket.ping();
    this.#send({ type: 'alive' }).catch(() => undefined);
  }

  /** Resolves when the system has taken it. */
  #send(frame: Frame): Promise<void> {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => this.socket.terminate(), SLOWEST_CLIENT_MS);
      this.socket.send(JSON.stringify(frame), (error) => {
        clearTimeout(late);
        if (error) reject(error);
        else resolve();
      });
    });
  }

  async #end(): Promise<void> {
    clearInterval(this.#alive);
    this.#unwatch();
    const stopped = this.#reading.stop();
    this.#waiting?.reject(new Error('The client is gone.'));
    await stopped;
  }
}
