import swagger from '@fastify/swagger';
import plugin from 'fastify-plugin';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import { z } from 'zod';

const DESCRIPTION = `WhatsApp devices over HTTP. Every answer is \`{code, message, results}\`; with an error, \`code\` is one of docs/errors.md
and \`results\` says what to do. Where a route is about a device, it is named by the header \`X-Device-Id\` or by \`?device_id=\`; with one
device neither is needed.`;

const refusal = z
  .object({
    code: z.string(),
    message: z.string(),
    results: z.object({
      kind: z.string(),
      retry: z.enum(['never', 'later']),
      httpStatus: z.number(),
      remedy: z.string(),
      details: z.record(z.string(), z.unknown()),
    }),
  })
  .meta({ description: 'An error: see docs/errors.md' });

const named = z.object({ 'x-device-id': z.string().optional() });

/** Describes every route at `GET /openapi.json`, by what it is checked by. */
export const openApi = plugin<{ version: string }>(async (app, { version }) => {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Wharf gateway', version, description: DESCRIPTION },
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer' },
          basic: { type: 'http', scheme: 'basic' },
        },
      },
    },
    transform: (document) => {
      const { config } = document.route;
      const { response, ...schema } = (document.schema ?? {}) as Record<string, unknown> & {
        response?: object;
      };
      const isOpen = config?.scope === 'public';
      const common = {
        ...schema,
        ...(config?.device === 'named' ? { headers: named } : {}),
        response: { ...response, default: refusal },
      };
      const transformed = jsonSchemaTransform({ ...document, schema: common } as never);
      const security = isOpen ? [] : [{ bearer: [] }, { basic: [] }];
      const tag = document.url.split('/')[1] || 'gateway';
      return { ...transformed, schema: { tags: [tag], ...transformed.schema, security } };
    },
  });
  app.get('/openapi.json', { config: { scope: 'public' }, schema: { hide: true } }, async () =>
    app.swagger(),
  );
});
