import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../../packages/simulator/dist/cli.js', import.meta.url));

/** The line the simulator prints. */
export interface SimulatorLine {
  ws: string;
  http: string;
  noiseRootPublicKey: string;
}

/** A simulator in a process of its own, as a user starts it. */
export async function startSimulatorProcess() {
  const child = spawn(process.execPath, [CLI, '--port', '0', '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const endpoint = JSON.parse(line.toString()) as SimulatorLine;
  return {
    endpoint,
    async call<Answer>(method: string, path: string, body?: object): Promise<Answer> {
      const response = await fetch(`${endpoint.http}${path}`, {
        method,
        ...(body ? { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) } : {}),
      });
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
      return (response.status === 204 ? undefined : await response.json()) as Answer;
    },
    async stop(): Promise<void> {
      if (child.exitCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    },
  };
}
