import {
  type ConsumerRequest,
  type EventHandler,
  type Logger,
  type Reading,
  WharfError,
  type WharfEvent,
} from '@wharf/core';
import type { Http } from './http.js';
import { limits } from './limits.js';
import { backoffMs, pause } from './pause.js';

/** What a gateway says over a stream of events. */
type Frame = { type: 'event'; event: WharfEvent } | { type: 'login' } | { type: 'alive' };

/** The gateway closes a stream with this when another one reads under its name. */
const TAKEN_OVER = 4409;

/** More than a gateway confirms before it writes that down. */
const REMEMBERED = 500;

interface Surroundings {
  http: Http;
  logger: Logger;
  onError(error: WharfError, name: string): void;
  onConnect(name: string): void;
  onStopped(reading: GatewayReading): void;
}

/**
 * Reads the log of a gateway under a name, over a WebSocket that is made anew for as long as it takes.
 *
 * The gateway keeps the cursor, which moves on when the handler has returned and the confirmation has come there.
 */
export class GatewayReading implements Reading {
  readonly name: string;
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>;
  /** What was handled of late: it comes again when the gateway has died before it had written the confirmation down. */
  readonly #handledIds = new Set<string>();
  #handling: Promise<void> = Promise.resolve();
  #seq: number | undefined;

  constructor(
    private readonly request: ConsumerRequest,
    private readonly handler: EventHandler,
    private readonly around: Surroundings,
  ) {
    this.name = request.name ?? crypto.randomUUID();
    this.#running = this.#run();
  }

  /** Stops reading; the cursor stays. Resolves when the handler that runs has returned, within a bound. */
  async stop(): Promise<void> {
    await Promise.race([this.#handling, pause(limits.stopMs)]);
    this.#stopping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    let failures = 0;
    while (!this.#stopping.signal.aborted) {
      const end = await this.#connect(() => {
        failures = 0;
      });
      if (end === 'taken_over' || this.#stopping.signal.aborted) break;
      failures += 1;
      if (end) this.around.onError(end, this.name);
      await pause(backoffMs(failures), this.#stopping.signal);
    }
    this.around.onStopped(this);
  }

  /** One connection, from its beginning to its end; why it could not be made, or what the gateway had against it. */
  async #connect(onAlive: () => void): Promise<WharfError | 'taken_over' | undefined> {
    const { http, logger } = this.around;
    const url = http.url(`events/ws?${this.#query()}`);
    const ended = new AbortController();
    const { promise, resolve } = Promise.withResolvers<WharfError | 'taken_over' | undefined>();
    // Node.js takes headers here, which browsers do not.
    const options = { headers: http.headers() } as unknown as string[];
    const socket = new WebSocket(new URL(url.href.replace(/^http/, 'ws')), options);
    let watchdog: NodeJS.Timeout | undefined;
    let isOpen = false;
    const watch = () => {
      clearTimeout(watchdog);
      watchdog = setTimeout(() => end(new WharfError('GATEWAY_TIMED_OUT')), limits.silenceMs);
    };
    const end = (why?: WharfError | 'taken_over') => {
      clearTimeout(watchdog);
      ended.abort();
      // One that is not open yet must not become so later.
      socket.close();
      resolve(why);
    };
    const onStop = () => end();
    this.#stopping.signal.addEventListener('abort', onStop, { once: true });
    socket.onopen = () => {
      isOpen = true;
      watch();
      this.around.onConnect(this.name);
    };
    socket.onclose = ({ code }) =>
      end(code === TAKEN_OVER ? 'taken_over' : isOpen ? undefined : unreachable());
    socket.onerror = () => end(isOpen ? undefined : unreachable());
    socket.onmessage = ({ data }) => {
      watch();
      onAlive();
      const frame = frameOf(data);
      if (!frame) return end(new WharfError('GATEWAY_ANSWER_UNREADABLE'));
      if (frame.type !== 'event') return;
      this.#handling = this.#handle(frame.event, ended.signal).then((isHandled) => {
        if (isHandled && socket.readyState === WebSocket.OPEN)
          socket.send(JSON.stringify({ type: 'confirm', seq: frame.event.seq }));
      });
    };
    watch();
    const why = await promise;
    this.#stopping.signal.removeEventListener('abort', onStop);
    // A handler that never returns must not keep a reader from stopping.
    await Promise.race([this.#handling, aborted(this.#stopping.signal)]);
    if (why instanceof WharfError && !isOpen)
      logger.debug(`The events of the gateway cannot be read (${why.code}).`);
    return why instanceof WharfError && !isOpen ? this.#diagnose(why) : why;
  }

  /** Hands an event over until it is taken, once, or the connection has ended. */
  async #handle(event: WharfEvent, ended: AbortSignal): Promise<boolean> {
    for (let failures = 1; !this.#handledIds.has(event.id); failures += 1) {
      try {
        await this.handler(event);
        this.#note(event);
      } catch {
        this.around.logger.warn('A reader could not take an event; it is offered again.');
        await pause(backoffMs(failures), ended);
        if (ended.aborted) return false;
      }
    }
    return true;
  }

  #note({ id, seq }: WharfEvent): void {
    this.#seq = seq;
    this.#handledIds.add(id);
    const [oldest = ''] = this.#handledIds;
    if (this.#handledIds.size > REMEMBERED) this.#handledIds.delete(oldest);
  }

  /** A WebSocket does not tell why it was refused; a plain request to the same address does. */
  async #diagnose(otherwise: WharfError): Promise<WharfError> {
    try {
      await this.around.http.call(`events/ws?${this.#query()}`);
      return otherwise;
    } catch (error) {
      return error as WharfError;
    }
  }

  #query(): URLSearchParams {
    const { name, deviceId, types, startAt } = this.request;
    // Without a name nobody but this reader remembers how far it was.
    const from = name === undefined ? (this.#seq ?? startAt) : startAt;
    return new URLSearchParams({
      ...(name === undefined ? {} : { name }),
      ...(deviceId === undefined ? {} : { deviceId }),
      ...(types === undefined ? {} : { types: types.join(',') }),
      ...(from === undefined ? {} : { startAt: String(from) }),
    });
  }
}

/** What was said; undefined when it is not said by a gateway. Whatever is thrown in a listener would end the process. */
function frameOf(data: unknown): Frame | undefined {
  try {
    const frame = JSON.parse(String(data)) as Frame | null;
    if (frame?.type === 'event' && !Number.isSafeInteger(frame.event?.seq)) return undefined;
    return frame ?? undefined;
  } catch {
    return undefined;
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

const unreachable = () => new WharfError('GATEWAY_UNREACHABLE');
