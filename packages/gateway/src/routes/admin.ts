import { WharfError } from '@wharf/core';
import { z } from 'zod';
import { type AuditLog, auditEntry } from '../audit/audit-log.js';
import { answer } from '../http/envelope.js';
import { type GatewayApp, ok } from '../http/schemas.js';
import { scopes } from '../scopes.js';
import type { Tokens } from '../tokens/tokens.js';

const tokenView = z.object({
  id: z.string(),
  name: z.string().optional(),
  scopes: z.array(z.enum(scopes)),
  deviceIds: z.array(z.string()).optional(),
  createdAt: z.number(),
});

/** Who may do what, and who has done what. */
export function addAdminRoutes(app: GatewayApp, tokens: Tokens | undefined, audit: AuditLog): void {
  const config = { scope: 'manage', isGlobal: true } as const;
  if (tokens) addTokenRoutes(app, tokens);
  app.get(
    '/audit',
    {
      config,
      schema: {
        tags: ['tokens'],
        summary: 'What was changed, and by which token, the latest first',
        querystring: z.object({ limit: z.coerce.number().int().min(1).max(1_000).default(100) }),
        response: ok(z.array(auditEntry)),
      },
    },
    async ({ query }) => answer('Audit log', await audit.read(query.limit)),
  );
}

function addTokenRoutes(app: GatewayApp, tokens: Tokens): void {
  const config = { scope: 'manage', isGlobal: true } as const;
  app.get(
    '/tokens',
    { config, schema: { tags: ['tokens'], summary: 'List tokens', response: ok(z.array(tokenView)) } },
    async () => answer('Tokens', tokens.list()),
  );
  app.post(
    '/tokens',
    {
      config,
      schema: {
        tags: ['tokens'],
        summary: 'Make a token',
        description:
          'Its secret is in the answer, and nowhere else. It can allow no more than the token that makes it.',
        body: z.strictObject({
          name: z.string().trim().min(1).max(100).optional(),
          scopes: z.array(z.enum(scopes)).min(1),
          deviceIds: z.array(z.string()).min(1).optional(),
        }),
        response: ok(tokenView.extend({ token: z.string() })),
      },
    },
    async ({ body: { name, scopes, deviceIds }, token: maker }) => {
      const missing = scopes.find((scope) => !maker.scopes.includes(scope));
      if (missing) throw new WharfError('TOKEN_SCOPE_MISSING', { details: { scope: missing } });
      const { token, secret } = tokens.create({
        scopes: [...new Set(scopes)],
        ...(name === undefined ? {} : { name }),
        ...(deviceIds === undefined ? {} : { deviceIds }),
      });
      return answer('Token made', { ...token, token: secret });
    },
  );
  app.delete(
    '/tokens/:id',
    {
      config,
      schema: {
        tags: ['tokens'],
        summary: 'Take a token away',
        params: z.object({ id: z.string() }),
        response: ok(z.object({})),
      },
    },
    async ({ params }) => {
      tokens.revoke(params.id);
      return answer('Token taken away', {});
    },
  );
}
