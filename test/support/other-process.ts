import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Manager, ManagerOptions } from '@wharf/core';
import { onTestFinished } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What the other process runs: a manager whose methods are called by messages. */
const PROGRAM = `
  import { openManager } from '@wharf/core';
  const { hasSlowTimers, ...options } = JSON.parse(process.env.OPTIONS);
  // Nothing that comes round by time: what happens has been told by somebody.
  const after = (ms, run) => {
    const timer = setTimeout(run, ms >= 1_000 ? 3_600_000 : ms);
    return () => clearTimeout(timer);
  };
  if (hasSlowTimers) options.clock = { now: () => Date.now(), after };
  const manager = await openManager(options);
  const consumers = new Map();
  const methods = {
    consume: (request) => void consumers.set(request.name, manager.consume(request, (event) => void process.send({ event }))),
    stopConsuming: (name) => consumers.get(name).stop(),
    cpuMs: () => { const { user, system } = process.cpuUsage(); return (user + system) / 1_000; },
  };
  process.on('message', async ({ call, method, args }) => {
    try {
      const run = methods[method] ?? ((...all) => manager[method](...all));
      process.send({ call, result: await run(...args) });
    } catch (error) {
      process.send({ call, code: error.code ?? String(error) });
    }
  });
  process.send({ isReady: true });
`;

type Method = keyof Omit<Manager, 'consume'>;
type Answer = { call?: number; result?: unknown; code?: string };

/** A process of its own with a manager in it. */
export interface OtherProcess {
  call<M extends Method>(
    method: M,
    ...args: Manager[M] extends (...all: infer A) => unknown ? A : never
  ): Promise<Manager[M] extends (...all: never) => infer R ? Awaited<R> : never>;
  /** Reads the log under a name, and throws away what it reads. */
  consume(name: string): Promise<void>;
  stopConsuming(name: string): Promise<void>;
  cpuMs(): Promise<number>;
  /** Ends it as a crash would. */
  kill(): Promise<void>;
}

/** Starts a process with a manager; `hasSlowTimers` makes every wait of a second or more one of an hour. */
export async function startOther(
  options: ManagerOptions & { hasSlowTimers?: boolean },
): Promise<OtherProcess> {
  const child: ChildProcess = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM], {
    cwd: ROOT,
    env: { ...process.env, OPTIONS: JSON.stringify(options) },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  onTestFinished(kill);
  const open = new Map<number, (answer: Answer) => void>();
  child.on('message', (answer: Answer) => open.get(answer.call ?? -1)?.(answer));
  await once(child, 'message');
  let last = 0;
  const ask = async (method: string, ...args: unknown[]): Promise<unknown> => {
    const call = ++last;
    const answered = new Promise<Answer>((resolve) => open.set(call, resolve));
    child.send({ call, method, args });
    const { result, code } = await answered;
    if (code) throw Object.assign(new Error(`${method} failed in the other process: ${code}`), { code });
    return result;
  };
  return {
    call: ask as OtherProcess['call'],
    consume: async (name) => void (await ask('consume', { name })),
    stopConsuming: async (name) => void (await ask('stopConsuming', name)),
    cpuMs: async () => Number(await ask('cpuMs')),
    kill,
  };
}
