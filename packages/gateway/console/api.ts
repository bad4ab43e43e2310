import type { ActionInput, ActionName, ActionOutput, LoginStep, WharfEvent } from '@wharf/core';
import { createParser } from 'eventsource-parser';

/** A step of a login as the gateway shows it: with the code, and in no log. */
export interface LoginNotice {
  type: 'device.login';
  deviceId: string;
  payload: Exclude<LoginStep, { type: 'failed' }> | { type: 'failed'; errorCode: string };
}

export type Heard = WharfEvent | LoginNotice;

/** What the gateway has against a request. */
export class ApiError extends Error {
  constructor(
    message: string,
    readonly code: string,
    readonly status: number,
  ) {
    super(message);
  }
}

/** Between two attempts to follow the events again. */
const AGAIN_MS = 2_000;

/** The gateway that has served this page, with a token. */
export class Api {
  constructor(private readonly token: string) {}

  act<Name extends ActionName>(name: Name, input: ActionInput<Name>): Promise<ActionOutput<Name>> {
    return this.call('POST', `actions/${name}`, input);
  }

  async call<Results>(method: string, path: string, body?: unknown): Promise<Results> {
    const response = await this.#fetch(path, {
      method,
      ...(body === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    return (await response.json()).results as Results;
  }

  async text(path: string): Promise<string> {
    return (await this.#fetch(path)).text();
  }

  /** A file of the media library. */
  async media(deviceId: string, sha256: string): Promise<Blob> {
    const response = await this.#fetch(`media/${sha256}`, { headers: { 'x-device-id': deviceId } });
    return response.blob();
  }

  async upload(deviceId: string, file: File): Promise<{ sha256: string; mimetype: string }> {
    const path = `media?${new URLSearchParams({ file_name: file.name })}`;
    const headers = { 'x-device-id': deviceId, 'content-type': file.type || 'application/octet-stream' };
    const response = await this.#fetch(path, { method: 'POST', headers, body: file });
    return (await response.json()).results;
  }

  /** Follows what happens until the signal aborts, from where it was after every break; says when it is there, and when not. */
  async follow(
    onHeard: (heard: Heard) => void,
    onConnected: (isConnected: boolean) => void,
    signal: AbortSignal,
  ): Promise<void> {
    let last: string | undefined;
    const parser = createParser({
      onEvent({ id, data }) {
        last = id ?? last;
        onHeard(JSON.parse(data));
      },
    });
    while (!signal.aborted) {
      try {
        const response = await this.#fetch('events', {
          signal,
          headers: last === undefined ? {} : { 'last-event-id': last },
        });
        onConnected(true);
        parser.reset();
        const decoder = new TextDecoder();
        const reader = (response.body as ReadableStream<Uint8Array>).getReader();
        for (let part = await reader.read(); !part.done; part = await reader.read())
          parser.feed(decoder.decode(part.value, { stream: true }));
      } catch {
        // Told below; the next attempt says more.
      }
      if (signal.aborted) return;
      onConnected(false);
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }

  async #fetch(path: string, { headers, ...options }: RequestInit = {}): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(new URL(`../${path}`, document.baseURI), {
        ...options,
        // Else the browser asks for a password of its own when a token is not good.
        credentials: 'omit',
        headers: { ...(headers as object), authorization: `Bearer ${this.token}` },
      });
    } catch (error) {
      if (options.signal?.aborted) throw error;
      throw new ApiError('The gateway does not answer.', 'GATEWAY_UNREACHABLE', 0);
    }
    if (response.ok) return response;
    const { code = 'ERROR', message = response.statusText } = await response.json().catch(() => ({}));
    throw new ApiError(message, code, response.status);
  }
}
