import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { TcpNetConnectOpts } from 'node:net';
import { bounds } from '../bounds.js';
import { free } from '../util/free.js';
import { PiecewiseConnection } from './connection.js';
import { feed } from './feed.js';

export interface HttpCall {
  method?: 'GET' | 'POST';
  headers?: Record<string, string>;
  /** Streamed, and used up: `fetch` of Node.js would hold it in memory as a whole. */
  body?: AsyncIterable<Uint8Array>;
  signal?: AbortSignal;
  /** Looks names up, and may refuse what they lead to. */
  lookup?: RequestOptions['lookup'];
}

/** Asks a server and gives its answer, of whatever status, to be read as it comes. Redirects are the caller's business. */
export async function call(
  url: URL,
  { method = 'GET', headers = {}, body, signal, lookup }: HttpCall,
): Promise<IncomingMessage> {
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const request = send(url, {
    method,
    headers,
    // A connection of its own: one that is kept open may outlive what its name leads to.
    createConnection: (options) => new PiecewiseConnection(options as TcpNetConnectOpts),
    defaultPort: url.protocol === 'https:' ? 443 : 80,
    ...(signal ? { signal } : {}),
    ...(lookup ? { lookup } : {}),
  });
  request.setTimeout(bounds.mediaStallMs, () => request.destroy(new Error('The server has stalled.')));
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    request.once('response', (answer) => {
      // The parser copies what it reads, and nobody else reads from this connection. `bytesOf` minds that it stays so.
      answer.socket.on('data', free);
      resolve(answer);
    });
    // Stays: a connection that breaks after the answer has begun is told by the answer itself.
    request.on('error', reject);
  });
  if (!body) {
    request.end();
    return answered;
  }
  // What goes wrong on the way is told by `answered`: a server that refuses answers before it has read everything.
  feed(request, body).catch((error: Error) => request.destroy(error));
  return answered;
}

/**
 * Reads an answer as it comes. What it gives is there until more is asked for.
 *
 * The garbage collector has nothing to do with it: a stream that is iterated over leaves it every piece, and another one of what
 * has come together.
 */
export async function* bytesOf(answer: IncomingMessage): AsyncGenerator<Buffer> {
  const pieces: Buffer[] = [];
  let failure: unknown;
  let wake: () => void = () => undefined;
  const woken = () => wake();
  try {
    answer.on('error', (error) => {
      failure = error;
    });
    for (const event of ['error', 'end', 'close']) answer.on(event, woken);
    answer.on('data', (bytes: Buffer) => {
      // The pieces of the connection are given back when they are read: see `call`.
      if (bytes.length === 0) answer.destroy(new Error('What the connection has read is gone.'));
      pieces.push(bytes);
      answer.pause();
      wake();
    });
    for (;;) {
      const isOver = answer.readableEnded || answer.destroyed;
      const piece = pieces.shift();
      if (piece) {
        yield piece;
        free(piece);
        if (pieces.length === 0) answer.resume();
      } else if (isOver) break;
      else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
    if (failure || !answer.complete) throw failure ?? new Error('The connection broke off.');
  } finally {
    answer.destroy();
  }
}

/** The body of a short answer, cut off at 64 KB. */
export async function readShort(answer: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const bytes of bytesOf(answer)) {
    parts.push(Buffer.from(bytes));
    size += bytes.length;
    if (size > 65_536) break;
  }
  return Buffer.concat(parts).toString('utf8');
}
