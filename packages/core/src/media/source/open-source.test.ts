import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { MediaSource } from '../../types/media.js';
import { collect } from '../test-library.js';
import { openSource, type SourceRules } from './open-source.js';
import { loadIsPublic } from './public-address.js';

const CONTENT = randomBytes(300_001);

let folder: string;
let rules: SourceRules;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wharf-source-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  rules = {
    maxBytes: 400_000,
    isAllowed: (address) => address === '127.0.0.1',
    forbiddenFolder: join(folder, 'storage'),
    signal: new AbortController().signal,
  };
});

async function read(source: MediaSource, change: Partial<SourceRules> = {}) {
  const { content, ...said } = await openSource(source, { ...rules, ...change });
  return { bytes: await collect(content), ...said };
}

function file(name: string, content: Uint8Array = CONTENT): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** A web server on one of the machine's own addresses. */
async function serve(listener: RequestListener, host = '127.0.0.1') {
  const server = createServer(listener);
  await once(server.listen(0, host), 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://${host}:${(server.address() as AddressInfo).port}`;
}

describe('what is to be sent', () => {
  it('comes from a path, bytes, a stream, base64 or a data URL', async () => {
    const path = file('a.bin');
    for (const source of [
      { path },
      { data: CONTENT },
      { stream: Readable.from([CONTENT.subarray(0, 7), CONTENT.subarray(7)]) },
      { base64: CONTENT.toString('base64') },
      { base64: CONTENT.toString('base64url') },
      { url: `data:image/png;base64,${CONTENT.toString('base64')}` },
    ])
      expect((await read(source)).bytes.equals(CONTENT), Object.keys(source)[0]).toBe(true);
    expect(await read({ path })).toMatchObject({ fileName: 'a.bin' });
    expect(await read({ url: 'data:text/plain,a%20b' })).toMatchObject({
      bytes: Buffer.from('a b'),
      mimetype: 'text/plain',
    });
  });

  it('is decoded from any base64, however it is broken into lines', () => {
    const lines = fc.tuple(fc.uint8Array({ minLength: 1 }), fc.integer({ min: 1, max: 80 }), fc.boolean());
    return fc.assert(
      fc.asyncProperty(lines, async ([bytes, width, isPadded]) => {
        const text = Buffer.from(bytes).toString('base64');
        const base64 = (isPadded ? text : text.replace(/=+$/, '')).replaceAll(
          new RegExp(`.{${width}}`, 'g'),
          '$&\r\n',
        );
        expect((await read({ base64 })).bytes).toEqual(Buffer.from(bytes));
      }),
      { numRuns: 500 },
    );
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['a text', 'photo.png'],
    ['no way', {}],
    ['two ways', { path: '/a', url: 'http://a' }],
    ['an unknown way', { file: 'a' }],
    ['a number for a path', { path: 7 }],
    ['no base64', { base64: 'meet me at nine!' }],
    ['base64 that is cut off', { base64: 'AAAAA' }],
    ['no URL', { url: 'photo.png' }],
    ['a URL of a kind that is not fetched', { url: 'file:///etc/passwd' }],
    ['a data URL without data', { url: 'data:image/png' }],
    ['a stream of texts', { stream: Readable.from(['text']) }],
  ])('is refused when it is given as %s', async (_name, source) => {
    await expect(read(source as MediaSource)).rejects.toMatchObject({ code: 'MEDIA_SOURCE_INVALID' });
  });

  it.each<[string, () => MediaSource]>([
    ['a path', () => ({ path: file('large') })],
    ['bytes', () => ({ data: CONTENT })],
    ['base64', () => ({ base64: CONTENT.toString('base64') })],
    ['a stream', () => ({ stream: Readable.from([CONTENT, CONTENT]) })],
  ])('is refused when it is too large: %s', async (_name, source) => {
    await expect(read(source(), { maxBytes: 300_000 })).rejects.toMatchObject({
      code: 'MEDIA_TOO_LARGE',
      details: { maxBytes: 300_000 },
    });
  });

  it('is refused when it is empty', async () => {
    for (const source of [
      { path: file('empty', Buffer.alloc(0)) },
      { data: Buffer.alloc(0) },
      { base64: '' },
    ])
      await expect(read(source)).rejects.toMatchObject({ code: 'MEDIA_EMPTY' });
  });
});

describe('a path', () => {
  it.each<[string, () => string]>([
    ['that is not there', () => join(folder, 'nowhere')],
    ['of a folder', () => folder],
    ['of a device that never ends', () => '/dev/zero'],
    [
      'of a pipe that nobody writes to',
      () => {
        const path = join(folder, 'pipe');
        execFileSync('mkfifo', [path]);
        return path;
      },
    ],
    [
      'into the storage',
      () => {
        execFileSync('mkdir', [rules.forbiddenFolder]);
        return file('storage/wharf.db');
      },
    ],
    [
      'into the storage by a detour',
      () => {
        execFileSync('mkdir', [rules.forbiddenFolder]);
        symlinkSync(file('storage/wharf.db'), join(folder, 'photo.png'));
        return join(folder, 'photo.png');
      },
    ],
  ])('%s is a typed error', async (_name, path) => {
    await expect(read({ path: path() })).rejects.toMatchObject({ code: 'MEDIA_SOURCE_UNREADABLE' });
  });
});

describe('a stream', () => {
  it('that fails is a typed error, and one that is not needed any more is ended', async () => {
    const failing = new Readable({ read: () => undefined });
    failing.destroy(new Error('gone'));
    await expect(read({ stream: failing })).rejects.toMatchObject({ code: 'MEDIA_SOURCE_UNREADABLE' });
    const endless = Readable.from(
      (async function* () {
        for (;;) yield CONTENT;
      })(),
    );
    await expect(read({ stream: endless })).rejects.toMatchObject({ code: 'MEDIA_TOO_LARGE' });
    expect(endless.destroyed).toBe(true);
  });
});

describe('a URL', () => {
  it('is fetched, with the name and type that the server gives', async () => {
    const url = await serve((request, response) => {
      if (request.url === '/export')
        response.setHeader(
          'content-disposition',
          `attachment; filename="x"; filename*=UTF-8''r%C3%A9sum%C3%A9.pdf`,
        );
      response.setHeader('content-type', 'application/pdf; charset=binary').end(CONTENT);
    });
    expect(await read({ url: `${url}/a/my%20file.pdf?x=1` })).toEqual({
      bytes: CONTENT,
      fileName: 'my file.pdf',
      mimetype: 'application/pdf',
    });
    expect(await read({ url: `${url}/export` })).toMatchObject({ fileName: 'résumé.pdf' });
  });

  it.each([
    '127.0.0.1',
    '0x7f.1',
    '2130706433',
    'localhost',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '10.0.0.1',
    '169.254.169.254',
    '[fd00:ec2::254]',
  ])('that leads to %s is refused, and nobody is called', async (host) => {
    let calls = 0;
    const { port } = new URL(
      await serve((_request, response) => {
        calls += 1;
        response.end('x');
      }),
    );
    const isAllowed = await loadIsPublic();
    await expect(read({ url: `http://${host}:${port}/` }, { isAllowed })).rejects.toMatchObject({
      code: 'MEDIA_ADDRESS_REFUSED',
    });
    expect(calls).toBe(0);
  });

  it('of a name is fetched from an allowed address of it only', async () => {
    const { port } = new URL(await serve((_request, response) => response.end('x')));
    expect((await read({ url: `http://localhost:${port}/` })).bytes).toEqual(Buffer.from('x'));
    await expect(
      read({ url: `http://localhost:${port}/` }, { isAllowed: (address) => address === '127.0.0.2' }),
    ).rejects.toMatchObject({ code: 'MEDIA_ADDRESS_REFUSED' });
  });

  it('is followed where it redirects to, and every step is checked anew', async () => {
    let calls = 0;
    const secret = await serve((_request, response) => {
      calls += 1;
      response.end('secret');
    }, '127.0.0.2');
    const url = await serve((request, response) => {
      const to = { '/once': '/there', '/out': secret, '/round': '/round', '/file': 'file:///etc/passwd' }[
        request.url ?? ''
      ];
      if (to) response.writeHead(302, { location: to }).end();
      else response.end('there');
    });
    expect((await read({ url: `${url}/once` })).bytes.toString()).toBe('there');
    await expect(read({ url: `${url}/out` })).rejects.toMatchObject({ code: 'MEDIA_ADDRESS_REFUSED' });
    await expect(read({ url: `${url}/round` })).rejects.toMatchObject({
      details: { reason: 'too_many_redirects' },
    });
    await expect(read({ url: `${url}/file` })).rejects.toMatchObject({ code: 'MEDIA_SOURCE_INVALID' });
    expect(calls).toBe(0);
  });

  it.each<[string, RequestListener, object]>([
    [
      'is not there',
      (_request, response) => response.writeHead(404).end(),
      { code: 'MEDIA_FETCH_FAILED', details: { status: 404 } },
    ],
    [
      'says that it is too large',
      (_request, response) => response.writeHead(200, { 'content-length': 10 ** 9 }).flushHeaders(),
      { code: 'MEDIA_TOO_LARGE' },
    ],
    [
      'does not say that it is too large',
      (_request, response) => void response.write(Buffer.alloc(500_000)),
      { code: 'MEDIA_TOO_LARGE' },
    ],
    [
      'is cut off',
      (_request, response) =>
        response.writeHead(200, { 'content-length': 100 }).write('x', () => response.destroy()),
      { code: 'MEDIA_FETCH_FAILED', details: { reason: 'cut_off' } },
    ],
    ['is not answered', (request) => void request.destroy(), { code: 'MEDIA_FETCH_FAILED' }],
    [
      'is compressed',
      (_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('x'),
      { code: 'MEDIA_FETCH_FAILED' },
    ],
  ])('that %s is a typed error', async (_name, listener, error) => {
    await expect(read({ url: await serve(listener) })).rejects.toMatchObject(error);
  });
});
