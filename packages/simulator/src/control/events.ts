import type { ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { Simulator } from '../simulator.js';

const EVENT_NAMES = ['connection', 'message', 'receipt', 'paired', 'unlinked'] as const;
const HEARTBEAT_MS = 20_000;

/**
 * `GET /events`: everything the simulator emits, as server-sent events named like the events of the library.
 *
 * @returns what ends every stream.
 */
export function addEvents(app: FastifyInstance, simulator: Simulator): () => void {
  const streams = new Set<ServerResponse>();
  const write = (text: string) => {
    for (const stream of streams) stream.write(text);
  };
  for (const name of EVENT_NAMES) {
    simulator.on(name, (happening: unknown) =>
      write(`event: ${name}\ndata: ${JSON.stringify(happening)}\n\n`),
    );
  }
  // A comment now and then lets both sides notice a dead stream.
  const heartbeat = setInterval(() => write(': still here\n\n'), HEARTBEAT_MS).unref();

  app.get('/events', (_request, reply) => {
    reply.hijack();
    const stream = reply.raw;
    stream.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    stream.write(': welcome\n\n');
    streams.add(stream);
    stream.on('close', () => streams.delete(stream));
  });

  return () => {
    clearInterval(heartbeat);
    for (const stream of streams) stream.end();
  };
}
