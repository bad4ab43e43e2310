import { randomUUID } from 'node:crypto';
import {
  type ActionInput,
  type ActionName,
  type ActionOutput,
  type ConsumerRequest,
  type DeviceHost,
  type EventHandler,
  hasReached,
  isWharfError,
  type Logger,
  type OutboxItem,
  type OutgoingMessage,
  type Reading,
  type SendMilestone,
  silentLogger,
  WharfError,
} from '@wharf/core';
import { failure, Http } from './http.js';
import { limits } from './limits.js';
import { save, savedAs, withLocalFiles } from './local-files.js';
import { backoffMs, pause } from './pause.js';
import { GatewayReading } from './reading.js';
import { type Source, sourceOf } from './sources.js';

export interface GatewayOptions {
  /** Where the gateway is: `http://127.0.0.1:3000`, with a path if it is behind a proxy. */
  url: string;
  /** A token of the gateway. */
  token?: string;
  /** Default: says nothing. */
  logger?: Logger;
  /** Hears why a reader has no connection just now; it goes on trying all the same. */
  onError?(error: WharfError, consumer: string): void;
  /** Hears that a reader has its connection, for the first time or again. */
  onConnect?(consumer: string): void;
}

/**
 * The devices of a gateway, as a `DeviceHost`. Nothing is asked of the gateway yet.
 *
 * @throws WharfError OPTION_INVALID
 */
export function connectGateway(options: GatewayOptions): GatewayHost {
  return new GatewayHost(options);
}

/** Does what a `Manager` does, with the same answers and the same errors, by way of a gateway. Made by `connectGateway`. */
export class GatewayHost implements DeviceHost {
  readonly #http: Http;
  readonly #readings = new Set<GatewayReading>();
  readonly #logger: Logger;
  readonly #onError: (error: WharfError, consumer: string) => void;
  readonly #onConnect: (consumer: string) => void;
  #isClosed = false;

  /** @internal */
  constructor({ url, token, logger = silentLogger, onError = nobody, onConnect = nobody }: GatewayOptions) {
    this.#http = new Http(url, token);
    this.#logger = logger;
    this.#onError = onError;
    this.#onConnect = onConnect;
  }

  /** Runs an action of the catalogue; files it names are those of this machine. */
  async act<Name extends ActionName>(name: Name, input: ActionInput<Name>): Promise<ActionOutput<Name>> {
    this.#assertOpen();
    const { input: wanted, path } = savedAs(name, input as Record<string, unknown>);
    const results = await this.#ask(name, await withLocalFiles(name, wanted));
    if (path !== undefined) {
      const { deviceId } = wanted as { deviceId?: string };
      const { sha256 } = results as { sha256: string };
      await save(path, this.#read(deviceId, sha256, {}));
    }
    return results as ActionOutput<Name>;
  }

  /**
   * Queues a message; it is on the gateway's disk when this resolves. Its file is streamed there first.
   *
   * While the gateway is away it is tried again for a while; the message is queued once all the same.
   */
  async send(deviceId: string, message: OutgoingMessage): Promise<OutboxItem> {
    this.#assertOpen();
    const {
      to,
      chat,
      text,
      content: given,
      ...options
    } = { to: undefined, chat: undefined, text: undefined, content: undefined, ...message };
    const source = sourceOf(given);
    const content = source ? await this.#upload(deviceId, given, source) : given;
    const { audience, expiresInMs, idempotencyKey = randomUUID() } = options;
    const input = { deviceId, to: to ?? chat, text, content, audience, expiresInMs, idempotencyKey };
    const item = (await this.#patiently(() => this.#ask('message.send', input)).catch(
      asOfSend,
    )) as OutboxItem;
    // The key was made here for this call alone.
    if (message.idempotencyKey === undefined) delete item.idempotencyKey;
    return item;
  }

  async waitForSend(
    deviceId: string,
    messageId: string,
    { until = 'sent', timeoutMs = 30_000 }: { until?: SendMilestone; timeoutMs?: number } = {},
  ): Promise<OutboxItem> {
    this.#assertOpen();
    const endsAt = performance.now() + timeoutMs;
    for (;;) {
      const leftMs = Math.max(0, Math.round(endsAt - performance.now()));
      const slice = Math.min(leftMs, limits.waitSliceMs);
      // What cannot be a time is for the gateway to refuse.
      const input = { deviceId, messageId, until, timeoutMs: timeoutMs > 0 ? slice : timeoutMs };
      const item = (await this.#patiently(() => this.#ask('message.wait', input))) as OutboxItem;
      if (hasReached(item, until) || slice === leftMs) return item;
    }
  }

  readMedia(
    deviceId: string,
    sha256: string,
    range: { start?: number; end?: number } = {},
  ): AsyncIterable<Uint8Array> {
    this.#assertOpen();
    return this.#read(deviceId, sha256, range);
  }

  consume(request: ConsumerRequest, handler: EventHandler): Reading {
    this.#assertOpen();
    const { name } = request;
    if (name !== undefined && (typeof name !== 'string' || name.length < 1 || name.length > 150))
      throw new WharfError('OPTION_INVALID', { details: { option: 'name' } });
    const reading = new GatewayReading(request, handler, {
      http: this.#http,
      logger: this.#logger,
      onError: this.#onError,
      onConnect: this.#onConnect,
      onStopped: (stopped) => this.#readings.delete(stopped),
    });
    this.#readings.add(reading);
    return reading;
  }

  async deleteConsumer(name: string): Promise<void> {
    this.#assertOpen();
    await Promise.all([...this.#readings].filter((each) => each.name === name).map((each) => each.stop()));
    await this.#http.call(`events/consumers/${encodeURIComponent(name)}`, { method: 'DELETE' });
  }

  /** Ends every reader; their cursors stay. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#readings].map((reading) => reading.stop()));
  }

  #ask(name: string, input: unknown): Promise<unknown> {
    return this.#http.call(`actions/${name}`, { method: 'POST', json: input });
  }

  /** Tries again while the gateway is away: for what may be done twice without harm. */
  async #patiently<T>(ask: () => Promise<T>): Promise<T> {
    const endsAt = performance.now() + limits.reachMs;
    for (let failures = 1; ; failures += 1) {
      try {
        return await ask();
      } catch (error) {
        const waitMs = backoffMs(failures);
        const isAway = isWharfError(error) && error.code === 'GATEWAY_UNREACHABLE';
        if (!isAway || this.#isClosed || performance.now() + waitMs > endsAt) throw error;
        await pause(waitMs);
      }
    }
  }

  async #upload(deviceId: string, content: unknown, source: Source): Promise<unknown> {
    const { bytes, fileName, mimetype } = source;
    const headers = { 'content-type': mimetype ?? 'application/octet-stream' };
    const query = fileName === undefined ? '' : `?${new URLSearchParams({ file_name: fileName })}`;
    const file = await this.#http.upload(`media${query}`, bytes, { deviceId, headers });
    const { sha256, mimetype: found } = file as { sha256: string; mimetype: string };
    const { kind, fileName: shown = fileName } = content as { kind?: string; fileName?: string };
    return {
      ...(content as object),
      media: { sha256, mimetype: mimetype ?? found },
      ...(kind === 'document' && shown !== undefined ? { fileName: shown } : {}),
    };
  }

  async *#read(
    deviceId: string | undefined,
    sha256: string,
    { start = 0, end }: { start?: number; end?: number },
  ): AsyncGenerator<Uint8Array> {
    if (end !== undefined && end <= start) return;
    const isPart = start > 0 || end !== undefined;
    const headers = isPart ? { range: `bytes=${start}-${end === undefined ? '' : end - 1}` } : {};
    const answer = await this.#http.open(`media/${encodeURIComponent(sha256)}`, {
      ...(deviceId === undefined ? {} : { deviceId }),
      headers,
    });
    try {
      yield* answer as AsyncIterable<Buffer>;
    } catch (cause) {
      throw failure(cause);
    } finally {
      answer.destroy();
    }
  }

  #assertOpen(): void {
    if (this.#isClosed) throw new WharfError('MANAGER_CLOSED');
  }
}

const nobody = () => undefined;

/** What is wrong with a content is an option of the action, and a field of the message for whoever sends. */
function asOfSend(error: unknown): never {
  if (!isWharfError(error) || error.code !== 'OPTION_INVALID') throw error;
  const field = /^(?:content\.|(?=(?:text|audience)\b))(.+)$/.exec(String(error.details.option))?.[1];
  throw field === undefined ? error : new WharfError('MESSAGE_INVALID', { details: { field } });
}
