import { once } from 'node:events';
import { connect, createServer, Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { incomingTurns } from './incoming-turns.js';
import { readInPortions } from './portioned-reads.js';

it('lets others in between two portions of what comes, and loses nothing', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as { port: number }).port, '127.0.0.1');
  const [[peer]] = (await Promise.all([once(server, 'connection'), once(socket, 'connect')])) as [
    [Socket],
    [],
  ];
  onTestFinished(() => {
    socket.destroy();
    server.close();
  });
  let turn = 0;
  let isOver = false;
  const others = () => {
    turn += 1;
    if (!isOver) setImmediate(others);
  };
  readInPortions(socket);
  const turns: number[] = [];
  const received: Buffer[] = [];
  socket.on('data', (bytes: Buffer) => {
    turns.push(turn);
    received.push(bytes);
  });
  const sent = Buffer.alloc(1_000_000, 'x');
  peer.end(sent);
  others();
  await once(socket, 'end');
  isOver = true;
  expect(Buffer.concat(received).equals(sent)).toBe(true);
  expect(new Set(turns).size).toBe(turns.length);
  expect(Math.max(...received.map(({ length }) => length))).toBeLessThanOrEqual(4_096);
});

it('reads nothing while what came before waits for its turn', async () => {
  const work = (): void => {
    const until = performance.now() + 1;
    while (performance.now() < until);
  };
  let waiting = 300;
  const before = Array.from({ length: waiting }, async () => {
    await incomingTurns.giveWay();
    work();
    waiting -= 1;
  });
  const socket = new Socket();
  readInPortions(socket);
  const leftAtResume = new Promise<number>((resolve) => {
    socket.resume = () => {
      resolve(waiting);
      return socket;
    };
  });
  socket.emit('data', Buffer.from('one frame'));
  expect(await leftAtResume).toBe(0);
  await Promise.all(before);
});
