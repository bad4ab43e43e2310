import type { AddressInfo } from 'node:net';
import fastify, { type FastifyInstance } from 'fastify';
import { type WebSocket, WebSocketServer } from 'ws';
import { ZodError, z } from 'zod';
import { SimulatorError } from '../errors.js';
import type { Logger } from '../logger.js';
import type { Simulator } from '../simulator.js';
import { addEvents } from './events.js';
import { addOpenApi } from './openapi.js';
import { addPage } from './page.js';
import { addRoutes } from './routes.js';

const CHAT_PATH = '/ws/chat';
const CLOSE_TIMEOUT_MS = 2_000;
const LOOPBACK_NAMES = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** The open port: HTTP for the control API and the page, WebSocket for clients. */
export interface Listener {
  port: number;
  close(): Promise<void>;
}

interface ListenOptions {
  simulator: Simulator;
  port: number;
  logger: Logger;
  onSocket: (socket: WebSocket) => void;
}

/**
 * Opens the port on 127.0.0.1, never on any other address.
 *
 * @throws SimulatorError if the port is taken.
 */
export async function listen({ simulator, port, logger, onSocket }: ListenOptions): Promise<Listener> {
  const app = fastify({ forceCloseConnections: true, bodyLimit: 64 * 1024 });
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: 32 * 1024 * 1024,
  });
  const closeEvents = await addControl(app, simulator, logger);
  app.server.on('upgrade', (request, socket, head) => {
    const path = (request.url ?? '').split('?')[0];
    const isWanted = path === CHAT_PATH && isLoopback(request.headers.host);
    const refusal = isWanted ? simulator.faults.connectionRefusal() : undefined;
    if (!isWanted) socket.destroy();
    else if (refusal === undefined) sockets.handleUpgrade(request, socket, head, onSocket);
    else socket.end(`HTTP/1.1 ${refusal} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  });
  try {
    await app.listen({ host: '127.0.0.1', port });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new SimulatorError(
      'PORT_TAKEN',
      500,
      `Port ${port} is in use: stop what uses it, or choose another with --port.`,
    );
  }
  const close = async () => {
    closeEvents();
    for (const socket of sockets.clients) socket.terminate();
    await Promise.race([
      app.close(),
      new Promise((resolve) => setTimeout(resolve, CLOSE_TIMEOUT_MS).unref()),
    ]);
  };
  return { port: (app.server.address() as AddressInfo).port, close };
}

/**
 * Adds all that is answered over HTTP.
 *
 * @returns what ends the streams of events.
 */
export async function addControl(
  plain: FastifyInstance,
  simulator: Simulator,
  logger: Logger,
): Promise<() => void> {
  refuseStrangers(plain);
  sayWhatToDo(plain, logger);
  const app = await addOpenApi(plain);
  addRoutes(app, simulator);
  addPage(app);
  return addEvents(app, simulator);
}

/** A web page elsewhere may point its own name at 127.0.0.1; such requests carry that name. */
function refuseStrangers(app: FastifyInstance): void {
  app.addHook('onRequest', async (request) => {
    if (isLoopback(request.headers.host)) return;
    throw new SimulatorError(
      'NOT_LOOPBACK',
      403,
      'The simulator answers only to 127.0.0.1 or localhost: use one of them in the address.',
    );
  });
}

function isLoopback(host: string | undefined): boolean {
  return LOOPBACK_NAMES.has((host ?? '').replace(/:\d+$/, '').toLowerCase());
}

/** Every error leaves as `{ code, message }`, the message a sentence that says what to do. */
function sayWhatToDo(app: FastifyInstance, logger: Logger): void {
  app.setErrorHandler<Error & { statusCode?: number }>((error, _request, reply) => {
    if (error instanceof SimulatorError) {
      return reply.code(error.httpStatus).send({ code: error.code, message: error.message });
    }
    if (error instanceof ZodError) {
      return reply
        .code(400)
        .send({ code: 'INVALID_REQUEST', message: `The request is not complete: ${z.prettifyError(error)}` });
    }
    const status = error.statusCode ?? 500;
    if (status >= 500) logger.warn(`A control request failed: ${error.stack ?? error.message}`);
    return reply
      .code(status)
      .send({ code: status >= 500 ? 'INTERNAL' : 'INVALID_REQUEST', message: error.message });
  });
  app.setNotFoundHandler((request, reply) =>
    reply.code(404).send({
      code: 'NOT_FOUND',
      message: `There is no ${request.method} ${request.url}: GET /openapi.json says what there is.`,
    }),
  );
}
