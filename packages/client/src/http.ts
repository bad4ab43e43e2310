import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { isWharfError, WharfError } from '@wharf/core';
import { resultsOf } from './answer.js';
import { limits } from './limits.js';

export interface Call {
  method?: 'GET' | 'POST' | 'DELETE';
  /** Which device is meant. */
  deviceId?: string;
  headers?: Record<string, string>;
  /** Sent as JSON. */
  json?: unknown;
  timeoutMs?: number;
}

/** Speaks HTTP with a gateway, and ends in its errors. */
export class Http {
  readonly #base: URL;

  /** @throws WharfError OPTION_INVALID */
  constructor(
    url: string,
    private readonly token: string | undefined,
  ) {
    if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
      throw new WharfError('OPTION_INVALID', { details: { option: 'url' } });
    this.#base = new URL(url);
    if (!this.#base.pathname.endsWith('/')) this.#base.pathname += '/';
  }

  url(path: string): URL {
    return new URL(path, this.#base);
  }

  headers(deviceId?: string): Record<string, string> {
    return {
      ...(this.token === undefined ? {} : { authorization: `Bearer ${this.token}` }),
      ...(deviceId === undefined ? {} : { 'x-device-id': encodeURIComponent(deviceId) }),
    };
  }

  /** Asks for something and waits for the whole answer. */
  async call(
    path: string,
    { json, deviceId, headers, method = 'GET', timeoutMs }: Call = {},
  ): Promise<unknown> {
    const deadline = AbortSignal.timeout(timeoutMs ?? limits.answerMs);
    try {
      const response = await fetch(this.url(path), {
        method,
        headers: {
          ...this.headers(deviceId),
          ...(json === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(json === undefined ? {} : { body: JSON.stringify(json) }),
        redirect: 'error',
        signal: deadline,
      });
      return resultsOf(response.status, await response.text());
    } catch (cause) {
      throw failure(cause, deadline.aborted);
    }
  }

  /** Opens an answer whose body is read as it comes. */
  async open(path: string, { deviceId, headers }: Call): Promise<IncomingMessage> {
    const answer = await this.#request(path, { headers: { ...this.headers(deviceId), ...headers } });
    const { statusCode = 0 } = answer;
    if (statusCode >= 200 && statusCode < 300) return answer;
    resultsOf(statusCode, await textOf(answer));
    throw new WharfError('GATEWAY_ANSWER_UNREADABLE', { details: { status: statusCode } });
  }

  /** Sends a body piece by piece, never held as a whole, and waits for the answer. What the body throws is passed on. */
  async upload(path: string, body: AsyncIterable<Uint8Array>, call: Call): Promise<unknown> {
    const headers = { ...this.headers(call.deviceId), ...call.headers };
    const answer = await this.#request(path, { method: 'POST', headers }, body);
    return resultsOf(answer.statusCode ?? 0, await textOf(answer));
  }

  async #request(
    path: string,
    options: RequestOptions,
    body?: AsyncIterable<Uint8Array>,
  ): Promise<IncomingMessage> {
    const url = this.url(path);
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const request = send(url, { ...options, agent: false });
    const late = new WharfError('GATEWAY_TIMED_OUT');
    request.setTimeout(limits.stallMs, () => request.destroy(late));
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      request.once('response', resolve);
      request.on('error', (error) => reject(failure(error)));
    });
    if (!body) {
      request.end();
      return answered;
    }
    const sent = pipeline(Readable.from(body), request);
    // A gateway that refuses answers before it has read everything: then its answer counts, and the upload ends.
    const outcome = await Promise.race([answered, sent.then(() => answered)]);
    sent.catch(() => undefined);
    return outcome;
  }
}

async function textOf(answer: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  try {
    for await (const part of answer as AsyncIterable<Buffer>) parts.push(part);
  } catch (cause) {
    throw failure(cause);
  }
  return Buffer.concat(parts).toString('utf8');
}

/** Why nothing, or only a part, has come from the gateway. */
export function failure(cause: unknown, isLate = false): WharfError {
  if (isWharfError(cause)) return cause;
  return new WharfError(isLate ? 'GATEWAY_TIMED_OUT' : 'GATEWAY_UNREACHABLE', { cause });
}
