import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Endpoint } from '@wharf/core';
import { onTestFinished } from 'vitest';

const CLI = fileURLToPath(new URL('../../packages/gateway/dist/cli.js', import.meta.url));

/** A gateway in a process of its own, as `wharf serve` starts it. */
export interface GatewayProcess {
  url: string;
  /** What the first start has printed. */
  token: string | undefined;
  /** Ends it as a crash would. */
  kill(): Promise<void>;
}

export async function startGatewayProcess(
  storage: string,
  endpoint: Endpoint,
  { port = 0, atEnd = onTestFinished }: { port?: number; atEnd?: (kill: () => Promise<void>) => void } = {},
): Promise<GatewayProcess> {
  const args = ['--storage', storage, '--port', String(port), '--endpoint', JSON.stringify(endpoint)];
  const child = spawn(process.execPath, [CLI, 'serve', ...args, '--allow-private-webhooks'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // The simulator's media host has a certificate of its own.
    env: { ...process.env, ...('ca' in endpoint ? { NODE_EXTRA_CA_CERTS: String(endpoint.ca) } : {}) },
  });
  let output = '';
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  atEnd(kill);
  const url = await new Promise<string>((resolve, reject) => {
    const look = (part: Buffer) => {
      output += part;
      const ready = /is ready: (\S+)\n/.exec(output)?.[1];
      if (ready) resolve(ready);
    };
    child.stdout.on('data', look);
    child.stderr.on('data', look);
    child.once('exit', () => reject(new Error(`The gateway has ended: ${output}`)));
  });
  // It logs each request, and must not wait until somebody has read that.
  for (const stream of [child.stdout, child.stderr]) stream.removeAllListeners('data').resume();
  return { url, token: /token: (\S+)\n/.exec(output)?.[1], kill };
}
