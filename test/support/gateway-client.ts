import { connectGateway, type GatewayHost, type GatewayOptions } from '@wharf/client';
import { onTestFinished } from 'vitest';
import type { TestGateway } from './gateway.js';

/** A client of a gateway, closed when the test has ended; with the token that may do everything unless told otherwise. */
export function clientOf(
  { url, secret }: Pick<TestGateway, 'url' | 'secret'>,
  options: Partial<GatewayOptions> = {},
): GatewayHost {
  const client = connectGateway({ url, token: secret, ...options });
  onTestFinished(() => client.close());
  return client;
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
