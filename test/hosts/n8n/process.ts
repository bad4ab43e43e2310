import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { vi } from 'vitest';

/** A server program that runs beside a test: its log, and its end by signal. */
export class ServerProcess {
  log = '';
  readonly #child: ChildProcess;

  constructor(
    private readonly title: string,
    command: string,
    args: string[],
    options: { env?: NodeJS.ProcessEnv; cwd?: string; uid?: number; gid?: number } = {},
  ) {
    this.#child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    // A test that runs out of time does not come to its afterAll, and n8n would stay for good.
    const child = this.#child;
    const kill = () => child.kill('SIGKILL');
    process.once('exit', kill);
    child.once('exit', () => process.off('exit', kill));
    this.#child.once('error', (error) => {
      this.log += `${error.message}\n`;
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.log += chunk.toString();
      });
    }
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get isAlive(): boolean {
    return this.#child.pid !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Waits until the log has the words; the end of the process, or the time, is an error that shows the log. */
  async saysThat(words: RegExp, timeout = 240_000): Promise<void> {
    await vi.waitFor(
      () => {
        if (!words.test(this.log)) throw new Error(`${this.title} did not say ${words}:\n${this.tail()}`);
      },
      { timeout: this.isAlive ? timeout : 1, interval: 50 },
    );
  }

  tail(): string {
    return this.log.slice(-4000);
  }

  /** Ends the process as a service manager does: SIGKILL when it is still there after the grace. Milliseconds. */
  async stop(signal: NodeJS.Signals = 'SIGTERM', graceMs = 15_000): Promise<number> {
    if (!this.isAlive) return 0;
    const begin = Date.now();
    const exited = once(this.#child, 'exit');
    this.#child.kill(signal);
    const killer = setTimeout(() => this.#child.kill('SIGKILL'), graceMs);
    await exited;
    clearTimeout(killer);
    return Date.now() - begin;
  }

  kill(): Promise<number> {
    return this.stop('SIGKILL');
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || !address) throw new Error('There is no free port.');
  return address.port;
}
