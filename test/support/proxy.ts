import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { Endpoint } from '@wharf/core';
import { onTestFinished } from 'vitest';

/** What the way between a device and its server can do. */
type Behaviour = 'pass' | 'refuse-upgrade' | 'corrupt-next';

/** A way from a device to a simulator that can be disturbed. */
export interface Proxy {
  endpoint: Endpoint;
  behave(behaviour: Behaviour): void;
}

/** Puts a TCP proxy before an endpoint. */
export async function startProxy(target: Endpoint): Promise<Proxy> {
  const sockets = new Set<Socket>();
  let behaviour: Behaviour = 'pass';
  const server = createServer((client) => {
    const upstream = connect(Number(new URL(target.ws).port), '127.0.0.1');
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        client.destroy();
        upstream.destroy();
        sockets.delete(socket);
      });
    }
    client.on('data', (chunk) => {
      if (behaviour === 'refuse-upgrade')
        client.end('HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n');
      else upstream.write(chunk);
    });
    upstream.on('data', (chunk) => {
      if (behaviour === 'corrupt-next') {
        behaviour = 'pass';
        // The last byte of a frame belongs to its authentication tag.
        chunk.writeUInt8(chunk.readUInt8(chunk.length - 1) ^ 0xff, chunk.length - 1);
      }
      client.write(chunk);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: { ...target, ws: `ws://127.0.0.1:${port}/ws/chat` },
    behave(next) {
      behaviour = next;
    },
  };
}
