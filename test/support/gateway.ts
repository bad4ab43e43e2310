import type { Manager } from '@wharf/core';
import { createGateway, type GatewayOptions, type Scope, scopes, Tokens } from '@wharf/gateway';
import type { FastifyInstance } from 'fastify';
import { onTestFinished } from 'vitest';
import { temporaryFolder } from './storage.js';

/** A gateway on a port of its own, closed when the test has ended. */
export interface TestGateway {
  app: FastifyInstance;
  tokens: Tokens;
  url: string;
  /** A token that may do everything. */
  secret: string;
  /** A token that may do something. */
  tokenFor(scopes: Scope[], deviceIds?: string[]): string;
  /** Calls a route; with the token that may do everything unless told otherwise. */
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
}

interface CallOptions {
  body?: unknown;
  form?: FormData;
  headers?: Record<string, string>;
  token?: string | null;
}

export interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: an answer of any route
  body: any;
}

export async function startGateway(
  manager: Manager,
  { port = 0, ...options }: Partial<GatewayOptions> & { storage?: string; port?: number } = {},
): Promise<TestGateway> {
  const storage = options.storage ?? temporaryFolder();
  const tokens = options.tokens ?? new Tokens(storage);
  const { secret } = tokens.create({ scopes: [...scopes] });
  const app = createGateway({
    manager,
    webhooks: { arePrivateAddressesAllowed: true },
    tokens,
    ...options,
    storage,
  });
  onTestFinished(() => app.close());
  const url = await app.listen({ host: '127.0.0.1', port });
  return {
    app,
    tokens,
    url,
    secret,
    tokenFor: (scopes, deviceIds) =>
      tokens.create({ scopes, ...(deviceIds === undefined ? {} : { deviceIds }) }).secret,
    call: (method, path, options) => call(url, secret, method, path, options),
  };
}

async function call(
  url: string,
  secret: string,
  method: string,
  path: string,
  { body, form, headers = {}, token = secret }: CallOptions = {},
): Promise<Answer> {
  const response = await fetch(url + path, {
    method,
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(form ? { body: form } : {}),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json');
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}
