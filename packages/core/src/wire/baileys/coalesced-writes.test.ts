import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { holdWrites } from './coalesced-writes.js';

/** A connection, and how often something was handed to the system. */
async function connected() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const socket = connect(port, '127.0.0.1');
  const [[peer]] = (await Promise.all([once(server, 'connection'), once(socket, 'connect')])) as [
    [Socket],
    [],
  ];
  onTestFinished(() => {
    socket.destroy();
    server.close();
  });
  const received: Buffer[] = [];
  peer.on('data', (bytes: Buffer) => received.push(bytes));
  let writes = 0;
  const { _write, _writev } = socket as unknown as { _write: () => void; _writev: () => void };
  const counted = (method: (...values: never[]) => void) =>
    function (this: Socket, ...values: never[]) {
      writes += 1;
      method.apply(this, values);
    };
  Object.assign(socket, { _write: counted(_write), _writev: counted(_writev) });
  holdWrites(socket);
  return { socket, writes: () => writes, text: () => Buffer.concat(received).toString() };
}

it('hands frames to the system twice in a turn of the event loop at the most, in order, and calls back for each', async () => {
  const { socket, writes, text } = await connected();
  const written: string[] = [];
  const write = (frame: string) =>
    new Promise<void>((resolve) =>
      socket.write(frame, () => {
        written.push(frame);
        resolve();
      }),
    );
  const first = Promise.all(['a', 'b', 'c'].map(write));
  await new Promise((resolve) => process.nextTick(resolve));
  expect(writes()).toBe(1);
  const more: Array<Promise<void>> = [];
  for (const frame of ['d', 'e', 'f']) {
    more.push(write(frame));
    await new Promise((resolve) => process.nextTick(resolve));
  }
  await Promise.all([first, ...more]);
  await expect.poll(writes).toBe(2);
  expect(written.join('')).toBe('abcdef');
  await expect.poll(text).toBe('abcdef');
});

it('counts as written what is held, and says when nothing can be written any more', async () => {
  const { socket, writes } = await connected();
  await new Promise((resolve) => socket.write('a', resolve));
  expect(writes()).toBe(0);
  socket.destroy();
  const error = await new Promise((resolve) => socket.write('b', resolve));
  expect(error).toBeInstanceOf(Error);
});

it('writes alone what is written alone, before the turn has ended', async () => {
  const { socket, writes } = await connected();
  socket.write('a');
  await new Promise((resolve) => process.nextTick(resolve));
  expect(writes()).toBe(1);
});
