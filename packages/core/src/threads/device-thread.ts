import { Worker } from 'node:worker_threads';
import { bounds } from '../bounds.js';
import { STABLE_MS } from '../device/backoff.js';
import { WharfError } from '../errors/errors.js';
import { loggable } from '../errors/loggable.js';
import type { Clock } from '../util/clock.js';
import { withDeadline } from '../util/deadline.js';
import type { Logger } from '../util/logger.js';
import {
  type FromThread,
  receivedError,
  type ThreadPlan,
  type ThreadRequest,
  type ToThread,
} from './messages.js';

/** The program of a thread, beside the file that this code was built into. */
export const THREAD_FILE = new URL('./device-thread.js', import.meta.url);

/** The first restart is at once, each further one after twice the pause. */
const FIRST_PAUSE_MS = 250;

interface Host {
  clock: Clock;
  logger: Logger;
  /** What the thread is to be started with, as things are now. */
  plan(): ThreadPlan;
  /** Hears everything but answers. */
  onWord(word: FromThread): void;
  /** It has ended, and nothing of it is left. */
  onEnd(): void;
}

/** One thread: started again when it has died, until it is closed. */
export class DeviceThread {
  #worker: Worker | undefined;
  /** Until it runs again. */
  #held: ToThread[] = [];
  readonly #calls = new Map<number, PromiseWithResolvers<unknown>>();
  #lastCall = 0;
  #deaths = 0;
  #isClosing = false;
  #ended = Promise.resolve();
  #cancelTimer: () => void = () => undefined;

  constructor(private readonly host: Host) {}

  start(): void {
    const { clock, logger } = this.host;
    // What Node.js was told of the main program, such as what to load before it, is not meant for this one.
    const worker = new Worker(THREAD_FILE, { workerData: this.host.plan(), execArgv: [], name: 'wharf' });
    this.#worker = worker;
    this.#cancelTimer = clock.after(STABLE_MS, () => {
      this.#deaths = 0;
    });
    worker.on('message', (word: FromThread) => this.#hear(word));
    worker.on('error', (error) => logger.error(`A thread has died: ${loggable(error)}`));
    this.#ended = new Promise((resolve) => {
      worker.once('exit', () => {
        this.#end();
        resolve();
      });
    });
    for (const word of this.#held.splice(0)) worker.postMessage(word);
  }

  /** Tells it something; one that is about to be started again learns it from its plan. */
  tell(word: ToThread): void {
    this.#worker?.postMessage(word);
  }

  /**
   * Has it do something.
   *
   * @throws WharfError what is thrown there; THREAD_ENDED when it dies before it has answered
   */
  call(request: ThreadRequest): Promise<unknown> {
    if (this.#isClosing) return Promise.reject(new WharfError('MANAGER_CLOSED'));
    const call = ++this.#lastCall;
    const answer = Promise.withResolvers<unknown>();
    this.#calls.set(call, answer);
    const word: ToThread = { type: 'call', call, request };
    if (this.#worker) this.#worker.postMessage(word);
    else this.#held.push(word);
    return answer.promise;
  }

  /** Closes it in good order, within the bound. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#cancelTimer();
    this.#reject('MANAGER_CLOSED');
    const worker = this.#worker;
    if (!worker) return;
    worker.postMessage({ type: 'close' } satisfies ToThread);
    await withDeadline(this.#ended, bounds.closeThreadMs, async () => void (await worker.terminate()));
  }

  #hear(word: FromThread): void {
    if (word.type !== 'answer') return this.host.onWord(word);
    const { call, result, error } = word;
    const answer = this.#calls.get(call);
    this.#calls.delete(call);
    if (error) answer?.reject(receivedError(error));
    else answer?.resolve(result);
  }

  #end(): void {
    this.#worker = undefined;
    this.#cancelTimer();
    this.host.onEnd();
    if (this.#isClosing) return;
    this.#reject('THREAD_ENDED');
    const pauseMs =
      this.#deaths === 0 ? 0 : Math.min(bounds.restartThreadMs, FIRST_PAUSE_MS * 2 ** this.#deaths);
    this.#deaths += 1;
    this.host.logger.warn(`A thread has ended; it is started again in ${pauseMs} ms.`);
    this.#cancelTimer = this.host.clock.after(pauseMs, () => this.start());
  }

  /** Nobody answers these any more. */
  #reject(code: 'MANAGER_CLOSED' | 'THREAD_ENDED'): void {
    const calls = [...this.#calls.values()];
    this.#calls.clear();
    this.#held = [];
    for (const { reject } of calls) reject(new WharfError(code));
  }
}
