import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** What a process does when it is called. */
// biome-ignore lint/suspicious/noExplicitAny: the arguments are typed where they are used
export type Methods = Record<string, (...args: any[]) => unknown>;

interface Call {
  id: number;
  method: string;
  args: unknown[];
}

type Word = { id: number; result: unknown } | { id: number; error: string } | { event: unknown } | 'ready';

/** Longer than anything here takes, on a slow machine as well. */
const PATIENCE_MS = 240_000;
const STOP_MS = 15_000;

/** Answers the calls of the process that started this one, and ends with it. */
export function serve(methods: Methods): void {
  process.on('message', async ({ id, method, args }: Call) => {
    try {
      tell({ id, result: await methods[method]?.(...args) });
    } catch (error) {
      tell({ id, error: error instanceof Error ? String(error.stack) : String(error) });
    }
  });
  process.on('disconnect', () => process.exit());
  tell('ready');
}

/** Tells the process that started this one something it has not asked for. */
export function announce(event: unknown): void {
  tell({ event });
}

function tell(word: Word): void {
  process.send?.(word);
}

export interface ProcessOptions {
  args?: string[];
  /** Flags for Node.js. */
  execArgv?: string[];
  onEvent?: (event: unknown) => void;
}

/** Another process that serves methods. */
export class RemoteProcess<M extends Methods> {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #lastId = 0;

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.once('exit', (code) => {
      for (const { reject } of this.#waiting.values())
        reject(new Error(`The process ended with ${code} before it had answered.`));
    });
  }

  /** Starts a program and waits until it serves. */
  static async start<M extends Methods>(
    file: string,
    options: ProcessOptions = {},
  ): Promise<RemoteProcess<M>> {
    const { args = [], execArgv = [], onEvent = () => undefined } = options;
    // Nothing but the JSON at the end may go to stdout, and a client must not wait for a pipe it prints into.
    const child = fork(file, args, { execArgv, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    const started = new RemoteProcess<M>(child);
    const ready = new Promise<void>((resolve, reject) => {
      child.on('message', (word: Word) => {
        if (word === 'ready') resolve();
        else if ('event' in word) onEvent(word.event);
        else started.#settle(word);
      });
      child.once('exit', (code) => reject(new Error(`${file} ended with ${code}.`)));
    });
    await ready;
    return started;
  }

  /** Calls a method there. */
  async call<K extends keyof M & string>(
    method: K,
    ...args: Parameters<M[K]>
  ): Promise<Awaited<ReturnType<M[K]>>> {
    const id = ++this.#lastId;
    const answer = Promise.withResolvers<unknown>();
    this.#waiting.set(id, answer);
    const timer = setTimeout(
      () => answer.reject(new Error(`"${method}" took longer than ${PATIENCE_MS / 1000} seconds.`)),
      PATIENCE_MS,
    );
    try {
      this.#child.send({ id, method, args } satisfies Call);
      return (await answer.promise) as Awaited<ReturnType<M[K]>>;
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(id);
    }
  }

  /** Lets the process end by itself, or ends it. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), STOP_MS);
    this.#child.disconnect();
    await exited;
    clearTimeout(timer);
  }

  #settle(word: { id: number; result: unknown } | { id: number; error: string }): void {
    const answer = this.#waiting.get(word.id);
    if ('error' in word) answer?.reject(new Error(word.error));
    else answer?.resolve(word.result);
  }
}
