import type { IncomingMessage, ServerResponse } from 'node:http';
import swagger from '@fastify/swagger';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import { jsonSchemaTransform, serializerCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import type { z } from 'zod';
import { refusal } from './answers.js';

const DESCRIPTION = `What a person does with phones, contacts and groups, and what goes wrong on demand. An \`:address\`, and
every \`to\`, \`by\`, \`who\` and \`chat\`, is a phone number, a PN JID or a LID JID. Only requests to 127.0.0.1 or localhost are answered.`;

/** The HTTP server of the simulator: what a route says about itself is what it checks and what its handler gets. */
export type ControlApp = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/**
 * Lets the routes that follow be checked by the zod schemas they carry, and describes them at `GET /openapi.json`.
 *
 * There is one description of each request and answer, next to its route; the document and the checks come from it.
 */
export async function addOpenApi(plain: FastifyInstance): Promise<ControlApp> {
  const app: ControlApp = plain.withTypeProvider<ZodTypeProvider>();
  // The ZodError leaves as it is: the error handler turns it into a sentence.
  app.setValidatorCompiler<z.ZodType>(({ schema }) => (data) => {
    const { success, data: value, error } = schema.safeParse(data);
    return success ? { value } : { error };
  });
  app.setSerializerCompiler(serializerCompiler);
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Wharf simulator, control API', version: '1', description: DESCRIPTION },
    },
    transform: (route) => {
      const { schema, url } = jsonSchemaTransform({ ...route, schema: withCommonRefusals(route.schema) });
      return { url, schema: { tags: [url.split('/')[1] ?? ''], ...schema } };
    },
  });
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
  return app;
}

/** Every route can answer these two; those that take something can find it wrong. */
function withCommonRefusals<S extends { body?: unknown; params?: unknown; response?: unknown }>(
  schema: S,
): S {
  if (!schema) return schema;
  const takesSomething = schema.body !== undefined || schema.params !== undefined;
  return {
    ...schema,
    response: {
      ...(takesSomething ? { 400: refusal.describe('`INVALID_REQUEST`') } : {}),
      403: refusal.describe('`NOT_LOOPBACK`'),
      500: refusal.describe('`INTERNAL`'),
      ...(schema.response ?? {}),
    },
  };
}
