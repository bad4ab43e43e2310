import type { ServerResponse } from 'node:http';
import { z } from 'zod';
import type { Simulator } from '../simulator.js';
import { happenings } from '../simulator-events.js';
import type { ControlApp } from './openapi.js';

const HEARTBEAT_MS = 20_000;

/**
 * `GET /events`: everything the simulator emits, as server-sent events named like the events of the library.
 *
 * @returns what ends every stream.
 */
export function addEvents(app: ControlApp, simulator: Simulator): () => void {
  const streams = new Set<ServerResponse>();
  const write = (text: string) => {
    for (const stream of streams) stream.write(text);
  };
  for (const name of happenings) {
    simulator.on(name, (happening: unknown) =>
      write(`event: ${name}\ndata: ${JSON.stringify(happening)}\n\n`),
    );
  }
  // A comment now and then lets both sides notice a dead stream.
  const heartbeat = setInterval(() => write(': still here\n\n'), HEARTBEAT_MS).unref();

  const stream = {
    description: `Server-sent events: ${happenings.join(', ')}; the data is JSON.`,
    content: { 'text/event-stream': { schema: z.string() } },
  };
  const schema = { summary: 'Follow all that happens', response: { 200: stream } };
  app.get('/events', { schema }, (_request, reply) => {
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
    // Connections end after the streams do, and that too is an event.
    streams.clear();
  };
}
