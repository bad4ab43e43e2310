import { type ChildProcess, fork } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import type { Command, ProcessOptions, Word } from './protocol.js';

/** Ends in good order within this time, or is killed. */
const CLOSE_MS = 10_000;

/** One life of the device: a process that runs its manager, until it is killed. */
export class DeviceProcess extends EventEmitter<{ word: [word: Word] }> {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  /** Commands for a process that does not listen yet. */
  #held: Command[] | undefined = [];
  #output = '';

  constructor(program: string, options: ProcessOptions) {
    super();
    this.#child = fork(program, [JSON.stringify(options)], {
      // What the scripts load into the harness would let a device that is idle end by itself.
      execArgv: [],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    // After `disconnect` everything that it told has been read.
    this.#ended = Promise.all([once(this.#child, 'exit'), once(this.#child, 'disconnect')]);
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output += text;
      });
    }
    this.#child.on('message', (word: Word) => this.#hear(word));
  }

  /** What it printed, which should be nothing. */
  get output(): string {
    return this.#output;
  }

  tell(command: Command): void {
    if (this.#held) this.#held.push(command);
    // A process that has just died takes no more commands; what it did not answer is asked of the next one.
    else if (this.#child.connected) this.#child.send(command, () => undefined);
  }

  /** Kills it at once; resolves when it is dead and all that it told has been heard. Says whether it was alive. */
  async kill(): Promise<boolean> {
    const wasAlive = this.#child.exitCode === null && this.#child.kill('SIGKILL');
    await this.#ended;
    return wasAlive;
  }

  /** Lets it end in good order. */
  async close(): Promise<void> {
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), CLOSE_MS);
    this.tell({ type: 'close' });
    await this.#ended;
    clearTimeout(timer);
  }

  #hear(word: Word): void {
    if (word.type === 'ready') {
      const held = this.#held ?? [];
      this.#held = undefined;
      for (const command of held) this.tell(command);
    }
    this.emit('word', word);
  }
}
