import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type WebSocket, WebSocketServer } from 'ws';

/** A client says nothing but confirmations. */
const LONGEST_FRAME_BYTES = 4_096;

/**
 * Lets routes take WebSockets: a request for one goes through the hooks of its route like any other, and is refused as HTTP.
 */
export class Upgrades {
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: LONGEST_FRAME_BYTES });
  readonly #pending = new WeakMap<IncomingMessage, { socket: Duplex; head: Buffer }>();

  constructor(app: FastifyInstance) {
    app.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      this.#pending.set(request, { socket, head });
      const response = new ServerResponse(request);
      // A route that takes no WebSocket answers as ever, and that is all there is on this connection.
      response.shouldKeepAlive = false;
      response.once('finish', () => socket.end());
      response.assignSocket(socket as Parameters<typeof response.assignSocket>[0]);
      app.routing(request, response);
    });
  }

  /** The WebSocket that a request asks for; undefined when it is a plain request. */
  async accept({ raw }: FastifyRequest, reply: FastifyReply): Promise<WebSocket | undefined> {
    const pending = this.#pending.get(raw);
    if (!pending) return undefined;
    reply.hijack();
    reply.raw.detachSocket(pending.socket as Parameters<typeof reply.raw.detachSocket>[0]);
    return new Promise((resolve) => {
      this.#server.handleUpgrade(raw, pending.socket, pending.head, resolve);
    });
  }
}
