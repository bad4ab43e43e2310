import {
  type ClientRequest,
  request as httpRequest,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http';
import { request as httpsRequest } from 'node:https';
import { bounds } from '../bounds.js';
import { free } from '../util/free.js';

export interface HttpCall {
  method?: 'GET' | 'POST';
  headers?: Record<string, string>;
  /** Streamed, and used up: `fetch` of Node.js would hold it in memory as a whole. */
  body?: AsyncIterable<Uint8Array>;
  signal?: AbortSignal;
  /** What comes is checked by a hash. Then the buffers of the connection are given back as soon as they are read. */
  isChecked?: boolean;
  /** Looks names up, and may refuse what they lead to. */
  lookup?: RequestOptions['lookup'];
}

/** Asks a server and gives its answer, of whatever status, to be read as it comes. Redirects are the caller's business. */
export async function call(
  url: URL,
  { method = 'GET', headers = {}, body, signal, isChecked, lookup }: HttpCall,
): Promise<IncomingMessage> {
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const request = send(url, {
    method,
    headers,
    // A connection of its own: one that is kept open may outlive what its name leads to.
    agent: false,
    ...(signal ? { signal } : {}),
    ...(lookup ? { lookup } : {}),
  });
  request.setTimeout(bounds.mediaStallMs, () => request.destroy(new Error('The server has stalled.')));
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    request.once('response', (answer) => {
      // The parser copies what it reads, and nobody else reads from this connection.
      if (isChecked) answer.socket.on('data', free);
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
  write(request, body).catch((error: Error) => request.destroy(error));
  return answered;
}

/** Writes a body piece by piece, each when the one before has gone, for as long as somebody takes it. */
async function write(request: ClientRequest, body: AsyncIterable<Uint8Array>): Promise<void> {
  let onClosed: () => void = () => undefined;
  request.once('close', () => onClosed());
  for await (const bytes of body) {
    const isTaken = await new Promise<boolean>((resolve) => {
      onClosed = () => resolve(false);
      request.write(bytes, (error) => resolve(!error));
    });
    if (!isTaken) return;
    free(bytes);
  }
  request.end();
}

/** The body of a short answer, cut off at 64 KB. */
export async function readShort(answer: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of answer as AsyncIterable<Buffer>) {
    parts.push(part);
    size += part.length;
    if (size > 65_536) break;
  }
  return Buffer.concat(parts).toString('utf8');
}
