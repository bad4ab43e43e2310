import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { bounds } from '../bounds.js';

export interface HttpCall {
  method?: 'GET' | 'POST';
  headers?: Record<string, string>;
  /** Streamed: `fetch` of Node.js would hold it in memory as a whole. */
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
    agent: false,
    ...(signal ? { signal } : {}),
    ...(lookup ? { lookup } : {}),
  });
  request.setTimeout(bounds.mediaStallMs, () => request.destroy(new Error('The server has stalled.')));
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    request.once('response', resolve);
    // Stays: a connection that breaks after the answer has begun is told by the answer itself.
    request.on('error', reject);
  });
  if (!body) {
    request.end();
    return answered;
  }
  // A server that refuses answers before it has read everything.
  const sent = pipeline(Readable.from(body, { objectMode: false }), request);
  return Promise.race([answered, sent.then(() => answered)]);
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
