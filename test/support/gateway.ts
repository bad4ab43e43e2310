import { connectGateway, type GatewayHost } from '@wharf/client';
import type { Manager } from '@wharf/core';
import { createGateway, type GatewayOptions, scopes, type Token, Tokens } from '@wharf/gateway';
import { onTestFinished } from 'vitest';
import { temporaryFolder } from './storage.js';

/** A gateway on this machine, closed when the test has ended. */
export interface TestGateway {
  url: string;
  tokens: Tokens;
  /** Makes a token, with every scope and for all devices unless told otherwise; its secret. */
  token(options?: Partial<Pick<Token, 'name' | 'scopes' | 'deviceIds'>>): string;
  client(secret?: string): GatewayHost;
  fetch(path: string, init?: RequestInit & { token?: string }): Promise<Response>;
  close(): Promise<void>;
}

export async function startGateway(
  manager: Manager,
  options: Partial<GatewayOptions> & { port?: number; tokens?: Tokens } = {},
): Promise<TestGateway> {
  const { port = 0, tokens = new Tokens(temporaryFolder()), ...others } = options;
  const app = createGateway({ manager, tokens, webhooks: { arePrivateAddressesAllowed: true }, ...others });
  const url = await app.listen({ port, host: '127.0.0.1' });
  onTestFinished(() => app.close());
  const token: TestGateway['token'] = (wanted = {}) =>
    tokens.create({ scopes: [...scopes], ...wanted }).secret;
  let usual: string | undefined;
  const first = () => {
    usual ??= token({ name: 'usual' });
    return usual;
  };
  return {
    url,
    tokens,
    token,
    client(secret = first()) {
      const client = connectGateway({ url, token: secret });
      onTestFinished(() => client.close());
      return client;
    },
    fetch: (path, { token: secret = first(), headers, ...init } = {}) =>
      fetch(new URL(path, url), { ...init, headers: { authorization: `Bearer ${secret}`, ...headers } }),
    close: () => app.close(),
  };
}

/** The events of a stream of Server-Sent Events as they come, without the comments in between. */
export async function* eventsOf(
  response: Response,
): AsyncGenerator<{ id?: string; event?: string; data: string }> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const part of response.body as unknown as AsyncIterable<Uint8Array>) {
    text += decoder.decode(part, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const fields = Object.fromEntries(
        block.split('\n').flatMap((line) => {
          const [, name, value] = /^(\w+): (.*)$/.exec(line) ?? [];
          return name ? [[name, value ?? '']] : [];
        }),
      );
      if (fields.data !== undefined) yield fields as { id?: string; event?: string; data: string };
    }
  }
}
