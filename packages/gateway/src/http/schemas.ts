import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';

/** The HTTP server: what a route says about itself is what its requests are checked by, and what /openapi.json tells. */
export type GatewayApp = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** Lets the routes that follow be checked by the zod schemas they carry. */
export function withSchemas(plain: FastifyInstance): GatewayApp {
  const app: GatewayApp = plain.withTypeProvider<ZodTypeProvider>();
  // The ZodError leaves as it is: the error handler makes ours of it.
  app.setValidatorCompiler<z.ZodType>(({ schema }) => (data) => {
    const { success, data: value, error } = schema.safeParse(data ?? {});
    return success ? { value } : { error };
  });
  // What a route answers is held against its schema by the types and by the tests, not for every request.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  return app;
}

/** The answer of a route in the envelope. */
export const ok = <Results extends z.ZodType>(results: Results) => ({
  200: z.object({ code: z.literal('SUCCESS'), message: z.string(), results }),
});
