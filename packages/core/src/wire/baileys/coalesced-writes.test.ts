import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { holdWrites } from './coalesced-writes.js';

/** A connection, and how often something was handed to the system. */
async function connected(commit: () => void = () => undefined) {
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
  holdWrites(socket, commit);
  return {
    socket,
    writes: () => writes,
    text: () => Buffer.concat(received).toString(),
    closed: new Promise((resolve) => peer.once('close', resolve)),
  };
}

it('hands frames to the system together that are written before all promises have run, in order', async () => {
  const { socket, writes, text } = await connected();
  const write = (frame: string) => new Promise((resolve) => socket.write(frame, resolve));
  await Promise.all(['a', 'b', 'c'].map(write));
  await write('d');
  await write('e');
  await new Promise((resolve) => setImmediate(resolve));
  expect(writes()).toBe(1);
  await expect.poll(text).toBe('abcde');
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

it('lets nothing leave before what went before is on disk, once for all of it', async () => {
  let commits = 0;
  let writesBefore = 0;
  const { socket, writes, text } = await connected(() => {
    commits += 1;
    writesBefore = writes();
  });
  for (const frame of ['a', 'b', 'c']) socket.write(frame);
  expect(commits).toBe(0);
  await expect.poll(text).toBe('abc');
  expect([commits, writesBefore]).toEqual([1, 0]);
});

it('cuts the connection when that cannot be put on disk, and nothing has left', async () => {
  const { socket, text, closed } = await connected(() => {
    throw new Error('disk full');
  });
  socket.write('secret');
  await closed;
  expect([text(), socket.destroyed]).toEqual(['', true]);
});

it('lets out what is held when it ends, not before that is on disk', async () => {
  let commits = 0;
  const { socket, text, closed } = await connected(() => {
    commits += 1;
  });
  socket.write('last words');
  socket.end();
  expect(commits).toBe(1);
  await closed;
  expect(text()).toBe('last words');
});
