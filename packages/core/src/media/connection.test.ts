import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { bytesOf, call } from './http.js';

/** A server of this test; what one of its answers reads as. */
async function serve(listener: RequestListener) {
  const server = createServer(listener).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = new URL(`http://127.0.0.1:${port}/a`);
  return {
    ask: (signal?: AbortSignal) => call(url, signal ? { signal } : {}),
    send: (body: AsyncIterable<Uint8Array>) => call(url, { method: 'POST', body }),
  };
}

async function read(answer: AsyncIterable<Buffer>) {
  const hash = createHash('sha256');
  let pieces = 0;
  for await (const bytes of answer) {
    hash.update(bytes);
    pieces += 1;
    // Slower than the server, now and then: it must wait.
    if (pieces % 7 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  return { sha256: hash.digest('hex'), pieces };
}

const sha = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('a connection that hands on few pieces', () => {
  it('gives all of an answer, of known length or not', async () => {
    const data = randomBytes(5_000_003);
    for (const headers of [{ 'content-length': data.length }, {}]) {
      const { ask } = await serve((_, answer) => answer.writeHead(200, headers).end(data));
      const answer = await ask();
      expect((await read(bytesOf(answer))).sha256).toBe(sha(data));
    }
  });

  it('reads no further than it must while nobody takes a piece', async () => {
    const block = randomBytes(64 * 1024);
    let written = 0;
    const { ask } = await serve((_, answer) => {
      const more = () => {
        while (answer.write(block)) written += block.length;
        answer.once('drain', more);
      };
      more();
    });
    const closing = new AbortController();
    const answer = bytesOf(await ask(closing.signal));
    expect((await answer.next()).done).toBe(false);
    const hasStopped = async () => {
      const before = written;
      await new Promise((resolve) => setImmediate(resolve));
      return written === before;
    };
    // What the sockets of the system take is taken once.
    await expect.poll(hasStopped, { interval: 100 }).toBe(true);
    expect(written).toBeLessThan(32 * 1024 * 1024);
    closing.abort();
    await expect(read(answer)).rejects.toThrow();
  });

  it('tells of an answer that breaks off', async () => {
    const { ask } = await serve((_, answer) => {
      answer.writeHead(200, { 'content-length': 1_000 });
      answer.write('half', () => answer.destroy());
    });
    await expect(read(bytesOf(await ask()))).rejects.toThrow();
  });

  it('tells when there is nobody', async () => {
    await expect(call(new URL('http://127.0.0.1:1/'), {})).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('sends a body as it is read', async () => {
    const data = randomBytes(3_000_000);
    const got = new Promise<string>((resolve) => {
      void serve(async (request, answer) => {
        const { sha256 } = await read(request);
        answer.end('thanks');
        resolve(sha256);
      }).then(async ({ send }) => {
        const answer = await send(
          (async function* () {
            for (let at = 0; at < data.length; at += 65_536)
              yield Buffer.from(data.subarray(at, at + 65_536));
          })(),
        );
        expect((await read(bytesOf(answer))).pieces).toBe(1);
      });
    });
    expect(await got).toBe(sha(data));
  });

  it('gives the answer of a server that refuses a body and closes before it has read it', async () => {
    const piece = randomBytes(65_536);
    const { send } = await serve((_, answer) => {
      answer.writeHead(401, { connection: 'close' }).end('no');
    });
    for (let round = 0; round < 50; round += 1) {
      const answer = await send(
        (async function* () {
          for (let at = 0; at < 100; at += 1) yield Buffer.from(piece);
        })(),
      );
      expect(answer.statusCode).toBe(401);
      answer.destroy();
    }
  });
});
