import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** A way to a server that breaks off after so many bytes of each answer, the first few times. */
export async function startCuttingProxy(
  target: URL,
  { bytes, times }: { bytes: number; times: number },
): Promise<{ host: string; connections(): number; passed(): number }> {
  const sockets = new Set<Socket>();
  let connections = 0;
  let passed = 0;
  const server = createServer((client) => {
    connections += 1;
    let left = connections <= times ? bytes : Number.POSITIVE_INFINITY;
    const upstream = connect(Number(target.port), target.hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        client.destroy();
        upstream.destroy();
      });
    }
    client.pipe(upstream, { end: false });
    upstream.on('data', (chunk: Buffer) => {
      const part = chunk.subarray(0, left);
      left -= part.length;
      passed += part.length;
      client.write(part, () => left <= 0 && client.destroy());
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { host: `127.0.0.1:${port}`, connections: () => connections, passed: () => passed };
}
