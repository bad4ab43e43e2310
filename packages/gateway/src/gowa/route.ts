import type { ActionInput, ActionName, ActionOutput, Manager } from '@wharf/core';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { answer } from '../http/envelope.js';
import { type GatewayApp, ok } from '../http/schemas.js';
import { sendingOf, waitFields, waitQuery } from '../http/sending.js';
import type { AddressOf } from '../routes/login.js';

/** What a route of GOWA is answered with. */
export interface GowaContext<Input> {
  /** The query of a GET, else the body: a form or JSON. */
  input: Input;
  /** What is in the path. */
  params: Record<string, string>;
  manager: Manager;
  deviceId: string;
  /** Runs an action with the device of the request. */
  act<Name extends ActionName>(
    name: Name,
    input: Omit<ActionInput<Name>, 'deviceId'>,
  ): Promise<ActionOutput<Name>>;
  /** The wait and the idempotency key, for what is sent. */
  sending: ReturnType<typeof sendingOf>;
  /** The address of something on this gateway. */
  linkTo(path: string): string;
}

/** A route as GOWA documents it. */
export interface GowaRoute<Input extends z.ZodObject = z.ZodObject, Results extends z.ZodType = z.ZodType> {
  method: 'GET' | 'POST';
  path: string;
  summary: string;
  input: Input;
  /** The field that is a file, where there is one. */
  file?: { field: string; to: 'library' | 'memory' };
  /** It puts a message into the queue. */
  isSend?: boolean;
  results: Results;
  run(context: GowaContext<z.output<Input>>): Promise<{ message: string; results: z.output<Results> }>;
}

/** Gives the parts of a route their types. */
export const gowaRoute = <Input extends z.ZodObject, Results extends z.ZodType>(
  route: GowaRoute<Input, Results>,
): GowaRoute => route as unknown as GowaRoute;

/** Serves a route: what only looks needs `read`, everything else `send`. */
export function addGowaRoute(
  app: GatewayApp,
  { method, path, summary, input, file, isSend, results, run }: GowaRoute,
  manager: Manager,
  addressOf: AddressOf,
): void {
  const names = [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name);
  const params = z.object(Object.fromEntries(names.map((name) => [name, z.string().min(1)])));
  const isGet = method === 'GET';
  app.route({
    method,
    url: path,
    config: { scope: isGet ? 'read' : 'send', device: 'named', ...(file ? { file } : {}) },
    schema: {
      tags: [`gowa: ${path.split('/')[1]}`],
      summary,
      ...(names.length > 0 ? { params } : {}),
      ...(isGet ? { querystring: input } : { body: isSend ? input.extend(waitFields) : input }),
      ...(isSend ? { querystring: waitQuery } : {}),
      ...(file ? { consumes: ['application/json', 'multipart/form-data'] } : {}),
      response: ok(results),
    },
    handler: async (request: FastifyRequest) => {
      const given = (isGet ? request.query : request.body) as Record<string, unknown>;
      const { id: deviceId } = request.device;
      const { message, results } = await run({
        input: given,
        params: request.params as Record<string, string>,
        manager,
        deviceId,
        act: (name, input) => manager.act(name, { ...input, deviceId } as never),
        sending: isSend ? sendingOf(request, given) : {},
        linkTo: (to) => `${addressOf(request)}${to}`,
      });
      return answer(message, results) as never;
    },
  });
}
