import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { WharfEvent } from '@wharf/core';
import { expect, onTestFinished } from 'vitest';

export interface Received {
  headers: IncomingHttpHeaders;
  body: string;
}

/** What a receiver does with a request: answers with a status, or by itself. */
export type Answer = (received: Received, ...http: Parameters<RequestListener>) => number | undefined;

/** A server of somebody else, to which webhooks deliver. It listens on a port of its own from the first `open` on. */
export class Receiver {
  /** All requests, taken or not. */
  readonly requests: Received[] = [];
  /** What was answered with 2xx. */
  readonly taken: Received[] = [];
  #server: Server | undefined;
  #port = 0;

  constructor(public answer: Answer = () => 200) {
    onTestFinished(() => this.close());
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/in`;
  }

  async open(): Promise<this> {
    const server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (part) => {
        body += part;
      });
      request.on('end', () => {
        const received = { headers: request.headers, body };
        this.requests.push(received);
        const status = this.answer(received, request, response);
        if (status === undefined) return;
        if (status < 300) this.taken.push(received);
        response.writeHead(status).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
    return this;
  }

  /** From now on nobody listens at its address. */
  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }

  get events(): WharfEvent[] {
    return this.taken.map(({ body }) => JSON.parse(body));
  }

  /** The texts of the messages it has taken, repetitions left out. */
  get texts(): string[] {
    return [...new Set(this.events.flatMap(textOf))];
  }

  async until(texts: string[]): Promise<void> {
    await expect.poll(() => this.texts, { timeout: 15_000 }).toEqual(texts);
  }
}

const textOf = (event: WharfEvent): string[] =>
  event.type === 'message' && event.payload.content.kind === 'text' ? [event.payload.content.text] : [];

/** Whether a delivery was signed with a secret, in both ways. */
export function isSigned({ headers, body }: Received, secret: string): boolean {
  const hmac = (text: string) => `sha256=${createHmac('sha256', secret).update(text).digest('hex')}`;
  const { 'x-wharf-timestamp': at, 'x-wharf-delivery': id } = headers;
  return (
    headers['x-hub-signature-256'] === hmac(body) &&
    headers['x-wharf-signature'] === hmac(`${at}.${id}.${body}`)
  );
}
