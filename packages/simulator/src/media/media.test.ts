import { createHash, randomBytes } from 'node:crypto';
import { request } from 'node:https';
import { Readable } from 'node:stream';
import tls from 'node:tls';
import { downloadMediaMessage, getMediaKeys, type WAMessage } from '@whiskeysockets/baileys';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createSimulator, type Simulator } from '../simulator.js';
import { connectedClients, pairedClient, type TestClient } from '../test-client.js';
import { decryptMedia, encryptMedia } from './cipher.js';

const ANN = '15550100001';
const VERA = '15550100003';
const JPEG = Buffer.from('ffd8ffe000104a46494600010100000100010000ffd9', 'hex');
const trustedBefore = tls.getCACertificates('default');

let simulator: Simulator;
let client: TestClient;

beforeEach(async () => {
  vi.spyOn(console, 'info').mockImplementation(() => {});
  vi.spyOn(console, 'warn').mockImplementation(() => {});
  simulator = await createSimulator({ receiptDelayMs: 1 });
  tls.setDefaultCACertificates([...trustedBefore, simulator.caCertificate]);
  client = await pairedClient(simulator, ANN);
});

afterEach(async () => {
  for (const each of connectedClients) each.disconnect();
  await simulator.close();
});

afterAll(() => tls.setDefaultCACertificates(trustedBefore));

/** Waits for the message with this id, as the client shows it. */
function messageOf(id: string): Promise<WAMessage> {
  return client.until(`message ${id}`, () => client.messages.find(({ key }) => key.id === id));
}

function fetchMedia(message: WAMessage): Promise<Buffer> {
  return downloadMediaMessage(message, 'buffer', {});
}

async function collect(content: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of content) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe('A Baileys client', () => {
  it.each([
    ['image', { image: JPEG, caption: 'look' }, 'imageMessage'],
    ['video', { video: randomBytes(5_000) }, 'videoMessage'],
    ['audio', { audio: randomBytes(5_000), mimetype: 'audio/mpeg', seconds: 3 }, 'audioMessage'],
    ['voice', { audio: randomBytes(5_000), ptt: true, seconds: 3 }, 'audioMessage'],
    [
      'document',
      { document: randomBytes(3_000_000), mimetype: 'application/pdf', fileName: 'a.pdf' },
      'documentMessage',
    ],
    ['sticker', { sticker: randomBytes(5_000) }, 'stickerMessage'],
  ] as const)('uploads a %s, and the contact can open it', async (kind, content, field) => {
    const contact = simulator.addContact({ phone: VERA, name: 'Vera' });
    const sent = await client.socket.sendMessage(contact.jid, content as never);
    const received = await contact.waitForMessage(({ id }) => id === sent?.key.id);
    expect(received).toMatchObject({ kind: field, media: { kind } });
    const [plaintext] = Object.values(content) as Buffer[];
    expect(await collect(contact.attachments.download(received.id))).toEqual(plaintext);
    expect(await collect(simulator.phone(ANN).attachments.download(received.id))).toEqual(plaintext);
  });

  it.each([
    ['image', { caption: 'look' }, 'imageMessage'],
    ['video', { seconds: 2 }, 'videoMessage'],
    ['audio', { seconds: 2 }, 'audioMessage'],
    ['voice', { seconds: 2 }, 'audioMessage'],
    ['document', { fileName: 'a.pdf', mimetype: 'application/pdf' }, 'documentMessage'],
    ['sticker', {}, 'stickerMessage'],
  ] as const)('fetches a %s that a contact sends', async (kind, options, field) => {
    const data = randomBytes(70_001);
    const contact = simulator.addContact({ phone: VERA, name: 'Vera' });
    const { id } = await contact.attachments.send(ANN, { kind, data, ...options });
    const message = await messageOf(id);
    expect(message.message?.[field]).toMatchObject(options);
    if (field === 'audioMessage') expect(message.message?.audioMessage?.ptt).toBe(kind === 'voice');
    expect(await fetchMedia(message)).toEqual(data);
  });

  it.each([404, 410] as const)('asks its phone to upload again what answers %i', async (status) => {
    const data = randomBytes(5_000);
    const contact = simulator.addContact({ phone: VERA, name: 'Vera' });
    const { id } = await contact.attachments.send(ANN, { kind: 'image', data });
    const message = await messageOf(id);
    await vi.waitFor(() => expect(simulator.phoneMessages(ANN)).toHaveLength(1));
    await contact.attachments.expire(id, { status });
    expect(await fetch(message.message?.imageMessage?.url ?? '').then((answer) => answer.status)).toBe(
      status,
    );
    const renewed = await client.socket.updateMediaMessage(message);
    // Baileys takes the new path to be one of the real service's host; `host` says where that is here.
    const { host } = new URL(simulator.endpoint.media);
    expect(await downloadMediaMessage(renewed, 'buffer', { host })).toEqual(data);
  });

  it('is told when the phone has lost the file as well', async () => {
    const contact = simulator.addContact({ phone: VERA, name: 'Vera' });
    const { id } = await contact.attachments.send(ANN, { kind: 'image', data: JPEG });
    const message = await messageOf(id);
    await contact.attachments.expire(id, { isLost: true });
    await expect(client.socket.updateMediaMessage(message)).rejects.toMatchObject({
      output: { statusCode: 404 },
    });
  });
});

describe('The media host', () => {
  async function upload(
    content: Buffer,
    path = '',
    query = '',
  ): Promise<{ status: number; body: Record<string, unknown> }> {
    const conn = await client.socket.refreshMediaConn(false);
    const token = path || createHash('sha256').update(content).digest('base64url');
    const url = `https://${conn.hosts[0]?.hostname}/mms/image/${token}?auth=${encodeURIComponent(conn.auth)}&token=${token}${query}`;
    return new Promise((resolve, reject) => {
      const upload = request(url, { method: 'POST' }, async (answer) =>
        resolve({
          status: answer.statusCode ?? 0,
          body: JSON.parse((await collect(answer as AsyncIterable<Buffer>)).toString()) as Record<
            string,
            unknown
          >,
        }),
      );
      upload.on('error', reject);
      upload.end(content);
    });
  }

  it('keeps only what has the hash that its path says, from who is allowed to', async () => {
    const wrong = createHash('sha256').update('else').digest('base64url');
    expect(await upload(randomBytes(100), wrong)).toMatchObject({ status: 400 });
    const token = createHash('sha256').update('x').digest('base64url');
    const answer = await fetch(`${simulator.endpoint.media}/mms/image/${token}?auth=x`, {
      method: 'POST',
      body: 'x',
    });
    expect(answer.status).toBe(401);
  });

  it('goes on where an upload was cut off, and says how far it got', async () => {
    const content = randomBytes(200_000);
    const token = createHash('sha256').update(content).digest('base64url');
    const conn = await client.socket.refreshMediaConn(false);
    const url = `https://${conn.hosts[0]?.hostname}/mms/image/${token}?auth=${encodeURIComponent(conn.auth)}`;
    const cut = request(url, { method: 'POST', headers: { 'content-length': content.length } });
    cut.on('error', () => {});
    cut.write(content.subarray(0, 80_000));
    const resume = async () => (await upload(Buffer.alloc(0), token, '&resume=1')).body;
    await vi.waitFor(async () => expect((await resume()).resume).toBe(80_000));
    cut.destroy();
    await vi.waitFor(async () => {
      const { status } = await upload(content.subarray(80_000), token, '&file_offset=80000');
      expect(status).toBe(200);
    });
    const { resume: state, url: address } = await resume();
    expect(state).toBe('complete');
    expect(Buffer.from(await (await fetch(String(address))).arrayBuffer())).toEqual(content);
  });

  it('answers ranges', async () => {
    const content = randomBytes(1_000);
    const { body } = await upload(content);
    const part = async (range: string) => {
      const answer = await fetch(String(body.url), { headers: { range } });
      return {
        status: answer.status,
        range: answer.headers.get('content-range'),
        bytes: Buffer.from(await answer.arrayBuffer()),
      };
    };
    expect(await part('bytes=100-199')).toEqual({
      status: 206,
      range: 'bytes 100-199/1000',
      bytes: content.subarray(100, 200),
    });
    expect(await part('bytes=990-')).toMatchObject({ status: 206, bytes: content.subarray(990) });
    expect(await part('bytes=-10')).toMatchObject({ status: 206, bytes: content.subarray(990) });
    expect(await part('bytes=1000-')).toMatchObject({ status: 416, range: 'bytes */1000' });
  });

  /** `count` times the same megabyte, noting how much memory is in use meanwhile. */
  function largeFile(count: number) {
    const megabyte = randomBytes(1024 * 1024);
    const usage = () => process.memoryUsage().external + process.memoryUsage().heapUsed;
    const before = usage();
    const file = { peak: 0, byteLength: count * megabyte.length, note: () => {}, content };
    file.note = () => {
      file.peak = Math.max(file.peak, usage() - before);
    };
    async function* content() {
      for (let written = 0; written < count; written += 1) {
        file.note();
        yield megabyte;
      }
    }
    return file;
  }

  it('passes a file of 256 MB on without holding it in memory', async () => {
    const contact = simulator.addContact({ phone: VERA, name: 'Vera' });
    const file = largeFile(256);
    const { id } = await contact.attachments.send(ANN, { kind: 'document', data: file.content() });
    const stream = await downloadMediaMessage(await messageOf(id), 'stream', {});
    let received = 0;
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      received += chunk.length;
      file.note();
    }
    expect(received).toBe(file.byteLength);
    expect(file.peak).toBeLessThan(96 * 1024 * 1024);
  }, 60_000);

  it('takes an upload of 128 MB without holding it in memory', async () => {
    const contact = simulator.addContact({ phone: VERA, name: 'Vera' });
    const file = largeFile(128);
    const document = { stream: Readable.from(file.content()) };
    const sent = await client.socket.sendMessage(contact.jid, { document, mimetype: 'text/plain' });
    const { id, media } = await contact.waitForMessage((message) => message.id === sent?.key.id);
    expect(media?.byteLength).toBe(file.byteLength);
    let received = 0;
    for await (const chunk of contact.attachments.download(id)) {
      received += chunk.length;
      file.note();
    }
    expect(received).toBe(file.byteLength);
    expect(file.peak).toBeLessThan(96 * 1024 * 1024);
  }, 60_000);
});

describe('The cipher', () => {
  it('derives the keys that clients derive', async () => {
    const { ciphertext, secrets } = encryptMedia(Readable.from([Buffer.from('hello')]), 'voice');
    const encrypted = await collect(ciphertext);
    const { mediaKey } = secrets();
    const keys = await getMediaKeys(mediaKey, 'ptt');
    expect(keys.cipherKey).toHaveLength(32);
    expect((await collect(decryptMedia(Readable.from([encrypted]), mediaKey, 'voice'))).toString()).toBe(
      'hello',
    );
  });

  it('notices every change', async () => {
    const { ciphertext, secrets } = encryptMedia(Readable.from([Buffer.from('hello')]), 'image');
    const encrypted = await collect(ciphertext);
    encrypted[3] = (encrypted[3] ?? 0) ^ 1;
    const opened = collect(decryptMedia(Readable.from([encrypted]), secrets().mediaKey, 'image'));
    await expect(opened).rejects.toThrow('MAC');
  });
});
