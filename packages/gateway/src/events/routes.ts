import { type Manager, WharfError } from '@wharf/core';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { answer } from '../http/envelope.js';
import { type GatewayApp, ok } from '../http/schemas.js';
import type { Token } from '../tokens/token.js';
import type { Tokens } from '../tokens/tokens.js';
import { sendEvents } from './server-sent.js';
import { closeCodes, EventSocket } from './socket.js';
import { consumerName, eventQuery, socketQuery, subscribe } from './subscription.js';
import { Upgrades } from './upgrade.js';

/** Events as they happen: over a WebSocket, or as Server-Sent Events. */
export function addEventRoutes(
  app: GatewayApp,
  { manager, tokens }: { manager: Manager; tokens: Tokens | undefined },
): void {
  const streams = new Set<{ end(): Promise<void> }>();
  const sockets = new Map<string, EventSocket>();
  const isGood = (token: Token) => () => !tokens || tokens.list().some(({ id }) => id === token.id);

  const upgrades = new Upgrades(app as unknown as FastifyInstance);

  // A stream never ends by itself: the server would wait for it.
  app.addHook('preClose', async () => {
    for (const socket of sockets.values()) socket.close(closeCodes.goingAway);
    await Promise.all([...streams].map((stream) => stream.end()));
  });

  app.get(
    '/events',
    {
      config: { scope: 'read' },
      schema: {
        summary: 'Stream events (Server-Sent Events)',
        description:
          'The ID of each event is its `seq`; a client that connects again with `Last-Event-ID` goes on after it.',
        querystring: eventQuery,
      },
    },
    async (request, reply) => {
      const subscription = await subscribe(manager, request);
      const startAt = lastEventId(request);
      if (startAt !== undefined) subscription.request.startAt = startAt;
      reply.hijack();
      const stream = sendEvents(manager, reply.raw, subscription, isGood(request.token));
      streams.add(stream);
      reply.raw.once('close', () => streams.delete(stream));
    },
  );

  app.get(
    '/events/ws',
    {
      config: { scope: 'read' },
      schema: {
        summary: 'Stream events (WebSocket)',
        description:
          'As a plain request it says what is wrong with what is asked for: a WebSocket cannot tell.',
        querystring: socketQuery,
        response: ok(z.object({})),
      },
    },
    async (request, reply) => {
      const subscription = await subscribe(manager, request);
      const socket = await upgrades.accept(request, reply);
      if (!socket) return answer('These events can be streamed.', {});
      const { name = crypto.randomUUID() } = subscription.request;
      sockets.get(name)?.close(closeCodes.takenOver);
      const events = new EventSocket(manager, socket, subscription, isGood(request.token));
      sockets.set(name, events);
      void events.ended.then(() => {
        if (sockets.get(name) === events) sockets.delete(name);
      });
      return reply;
    },
  );

  app.delete(
    '/events/consumers/:name',
    {
      config: { scope: 'read' },
      schema: {
        summary: 'Forget a reader',
        description: 'Ends the reader of this name that the token has, and forgets how far it has read.',
        params: z.object({ name: z.string().min(1).max(150) }),
        response: ok(z.object({})),
      },
    },
    async ({ token, params }) => {
      const name = consumerName(token, params.name);
      sockets.get(name)?.close(closeCodes.takenOver);
      await manager.deleteConsumer(name);
      return answer('The reader is forgotten.', {});
    },
  );
}

/** @throws WharfError OPTION_INVALID */
function lastEventId({ headers }: FastifyRequest): number | undefined {
  const id = headers['last-event-id'];
  if (id === undefined || id === '') return undefined;
  if (typeof id === 'string' && /^\d{1,15}$/.test(id)) return Number(id);
  throw new WharfError('OPTION_INVALID', { details: { option: 'Last-Event-ID' } });
}
