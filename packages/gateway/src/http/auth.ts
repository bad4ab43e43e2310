import { WharfError } from '@wharf/core';
import type { FastifyRequest } from 'fastify';
import plugin from 'fastify-plugin';
import { type Scope, scopes } from '../scopes.js';
import type { Token } from '../tokens/token.js';
import type { Tokens } from '../tokens/tokens.js';
import { isLoopbackAddress, isLoopbackHost } from './loopback.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What a token must allow for this route. `public`: no token is needed. */
    scope?: Scope | 'public';
    /** It is about no device, or about all of them: a token that is limited to some is refused. */
    isGlobal?: boolean;
  }
  interface FastifyRequest {
    /** Whose request it is; not set on public routes. */
    token: Token;
  }
}

/** Whoever calls a gateway without tokens: somebody on this machine. */
const LOCAL: Token = { id: 'local', scopes: [...scopes], createdAt: 0 };

/** Lets a request through to a route when its token allows that. Without `tokens` only this machine is let in. */
export const auth = plugin<{ tokens: Tokens | undefined }>(
  async (app, { tokens }) => {
    app.decorateRequest('token');
    app.addHook('onRoute', ({ config, method, url }) => {
      // A route that does not say who may use it must not come to be.
      if (config?.scope === undefined) throw new Error(`The route ${method} ${url} names no scope.`);
    });
    app.addHook('onRequest', async (request) => {
      const { scope, isGlobal } = request.routeOptions.config;
      if (scope === 'public') return;
      if (!tokens) {
        assertLocal(request);
        request.token = LOCAL;
        return;
      }
      const token = tokens.find(secretOf(request) ?? '');
      if (!token) {
        await app.noteFailedAttempt(request);
        throw new WharfError('TOKEN_REQUIRED');
      }
      if (scope && !token.scopes.includes(scope))
        throw new WharfError('TOKEN_SCOPE_MISSING', { details: { scope } });
      if (isGlobal && token.deviceIds)
        throw new WharfError('TOKEN_SCOPE_MISSING', { details: { scope: 'all devices' } });
      request.token = token;
    });
  },
  { name: 'wharf-auth', dependencies: ['wharf-limits'] },
);

/** The secret of a request: a bearer token, or the password of Basic authentication with any user name. */
export function secretOf({ headers }: Pick<FastifyRequest, 'headers'>): string | undefined {
  const [, scheme = '', value = ''] = /^(\S+) +(\S+)$/.exec(headers.authorization ?? '') ?? [];
  if (scheme.toLowerCase() === 'bearer') return value;
  if (scheme.toLowerCase() !== 'basic') return undefined;
  const pair = Buffer.from(value, 'base64').toString();
  return pair.slice(pair.indexOf(':') + 1);
}

/** A page in a browser of this machine must not get in by a name of its own that leads here. @throws WharfError GATEWAY_OPEN */
function assertLocal({ socket, headers }: FastifyRequest): void {
  // Without a socket there is no network: a test, or a program that has the gateway in it.
  const isLocal = socket.remoteAddress === undefined || isLoopbackAddress(socket.remoteAddress);
  if (!isLocal || !isLoopbackHost(headers.host)) throw new WharfError('GATEWAY_OPEN');
}
