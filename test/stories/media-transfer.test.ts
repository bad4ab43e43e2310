import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import type { OutgoingAttachment } from '@wharf/simulator';
import { downloadContentFromMessage } from '@whiskeysockets/baileys';
import { describe, expect, it } from 'vitest';
import { DeviceMedia } from '../../packages/core/src/media/device-media.js';
import { collect, pieces, testLibrary } from '../../packages/core/src/media/test-library.js';
import type { Jid, MessageId } from '../../packages/core/src/types/ids.js';
import type { MediaType } from '../../packages/core/src/types/media.js';
import { systemClock } from '../../packages/core/src/util/clock.js';
import type { MediaWire } from '../../packages/core/src/wire/media.js';
import { startCuttingProxy } from '../support/cutting-proxy.js';
import { openLinkedWire, trustMediaHost } from '../support/media-wire.js';
import { startSimulator } from '../support/world.js';

const ANN = '15550100001';
const VERA = '15550100003';
const use = { owner: 'm1', isHeld: false };
const around = { clock: systemClock, storage: '/nowhere', arePrivateAddressesAllowed: false };

/** The hosts that a test wants, in the place of the server's own. */
const withHosts = (media: MediaWire, hostnames: string[], auth?: string): MediaWire => ({
  async hosts(isAnew) {
    const known = await media.hosts(isAnew);
    const hosts = hostnames.map((hostname) => ({ hostname, maxBytes: 2 ** 31 }));
    return { hosts, auth: isAnew ? known.auth : (auth ?? known.auth) };
  },
  requestUpload: (message, key) => media.requestUpload(message, key),
});

/** A device that is linked, with a library of its own, and somebody who sends it media. */
async function linked() {
  const simulator = await startSimulator();
  trustMediaHost(simulator);
  const vera = simulator.addContact({ phone: VERA, name: 'Vera' });
  const wire = await openLinkedWire(simulator, ANN);
  const world = testLibrary();
  const media = new DeviceMedia(world.library, world.one, () => wire.media, around);
  /** Has Vera send something, and gives what the message says of it. */
  const send = async (kind: OutgoingAttachment['kind'], data: Buffer) => {
    const { id } = await vera.attachments.send(ANN, { kind, data });
    const {
      mimetype,
      byteLength: sizeBytes,
      fileSha256,
      fileEncSha256,
      mediaKey,
      directPath,
    } = vera.attachments.describe(id);
    const reference = {
      mimetype,
      sizeBytes,
      sha256: fileSha256,
      encSha256: fileEncSha256,
      mediaKey,
      directPath,
    };
    const message = { id: id as MessageId, chat: vera.jid as Jid, isFromMe: false };
    return { id, reference, message };
  };
  return { ...world, simulator, vera, wire, media, send };
}

describe('media that comes in', () => {
  it.each([
    ['image', 'image'],
    ['video', 'video'],
    ['ptv', 'video'],
    ['voice', 'audio'],
    ['document', 'document'],
    ['sticker', 'sticker'],
  ] as const)('is fetched, decrypted and checked: %s', async (kind, type) => {
    const { media, send, wire } = await linked();
    const data = randomBytes(300_001);
    const { reference, message } = await send(kind, data);
    const kept = await media.download({ reference, type, message }, use);
    expect(kept).toEqual({ sha256: reference.sha256, sizeBytes: data.length });
    expect(await collect(media.read(kept.sha256))).toEqual(data);
    // What is there needs no connection.
    await wire.close();
    expect(await media.download({ reference, type, message }, { owner: 'm2', isHeld: false })).toEqual(kept);
  });

  it('is fetched once, however many ask at the same time', async () => {
    const { media, send, library } = await linked();
    const { reference, message } = await send('image', randomBytes(100_000));
    const download = { reference, type: 'image' as const, message };
    await Promise.all(['m1', 'm2', 'm3'].map((owner) => media.download(download, { owner, isHeld: false })));
    expect(library.getTotal()).toEqual({ count: 1, bytes: 100_000 });
    for (const owner of ['m1', 'm2']) media.release(owner);
    await library.tidy();
    expect(library.getTotal().count).toBe(1);
  });

  it.each([404, 410] as const)(
    'that answers %i is uploaded again by the phone, and fetched',
    async (status) => {
      const { media, send, vera } = await linked();
      const data = randomBytes(50_000);
      const { id, reference, message } = await send('image', data);
      await vera.attachments.expire(id, { status });
      const { sha256 } = await media.download({ reference, type: 'image', message }, use);
      expect(await collect(media.read(sha256))).toEqual(data);
    },
  );

  it('that the phone has lost as well is a typed error', async () => {
    const { media, send, vera } = await linked();
    const { id, reference, message } = await send('image', randomBytes(100));
    await vera.attachments.expire(id, { isLost: true });
    await expect(media.download({ reference, type: 'image', message }, use)).rejects.toMatchObject({
      code: 'MEDIA_EXPIRED',
    });
  });

  it.each([
    ['has another content', { sha256: createHash('sha256').update('else').digest('base64') }],
    ['has another ciphertext', { encSha256: createHash('sha256').update('else').digest('base64') }],
    ['was sealed with another key', { mediaKey: randomBytes(32).toString('base64') }],
  ])('that %s than its message says is refused, and nothing of it is kept', async (_what, change) => {
    const { media, send, folder, library } = await linked();
    const { reference, message } = await send('image', randomBytes(200_000));
    const wrong = { reference: { ...reference, ...change }, type: 'image' as const, message };
    await expect(media.download(wrong, use)).rejects.toMatchObject({ code: 'MEDIA_CORRUPT' });
    expect(library.getTotal().count).toBe(0);
    expect(readdirSync(`${folder}/media`)).toEqual([]);
  });

  it('is fetched on from where the connection broke off', async () => {
    const { library, one, send, simulator, wire } = await linked();
    const data = randomBytes(2_000_000);
    const { reference, message } = await send('document', data);
    const proxy = await startCuttingProxy(new URL(simulator.endpoint.media), { bytes: 300_000, times: 5 });
    const media = new DeviceMedia(library, one, () => withHosts(wire.media, [proxy.host]), around);
    const { sha256 } = await media.download({ reference, type: 'document', message }, use);
    expect(await collect(media.read(sha256))).toEqual(data);
    expect(proxy.connections()).toBe(6);
    // Six handshakes and answers besides, but nothing twice.
    expect(proxy.passed()).toBeLessThan(2_400_000);
  });

  it('is given up when every host fails', async () => {
    const { library, one, send, simulator, wire } = await linked();
    const { reference, message } = await send('document', randomBytes(100));
    const proxy = await startCuttingProxy(new URL(simulator.endpoint.media), { bytes: 10, times: 100 });
    const media = new DeviceMedia(library, one, () => withHosts(wire.media, [proxy.host]), around);
    await expect(media.download({ reference, type: 'document', message }, use)).rejects.toMatchObject({
      code: 'MEDIA_DOWNLOAD_FAILED',
      retry: 'later',
    });
    expect(proxy.connections()).toBe(4);
  });

  it('that is larger than wanted is refused while it comes', async () => {
    const { media, send } = await linked();
    const { reference, message } = await send('document', randomBytes(500_000));
    await expect(
      media.download({ reference, type: 'document', message }, use, 100_000),
    ).rejects.toMatchObject({ code: 'MEDIA_TOO_LARGE', details: { maxBytes: 100_000 } });
  });

  it('is never fetched from where only its sender says it is', async () => {
    const { media, send, vera } = await linked();
    let calls = 0;
    const server = createServer((socket) => {
      calls += 1;
      socket.destroy();
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const { id, reference, message } = await send('image', randomBytes(100));
    await vera.attachments.expire(id, { isLost: true });
    for (const place of [
      { url: `https://127.0.0.1:${port}/a` },
      { directPath: `//127.0.0.1:${port}/b` },
      { directPath: `@127.0.0.1:${port}/c` },
    ]) {
      const download = { reference: { ...reference, ...place }, type: 'image' as const, message };
      await expect(media.download(download, use)).rejects.toMatchObject({ kind: 'media' });
    }
    expect(calls).toBe(0);
    server.close();
  });

  it('cannot be fetched without a connection, and the error says so', async () => {
    const { send, library, one } = await linked();
    const offline = new DeviceMedia(library, one, () => undefined, around);
    const { reference, message } = await send('image', randomBytes(100));
    await expect(offline.download({ reference, type: 'image', message }, use)).rejects.toMatchObject({
      code: 'DEVICE_NOT_CONNECTED',
    });
  });
});

describe('media that goes out', () => {
  it.each(['image', 'video', 'audio', 'document', 'sticker'] as MediaType[])(
    'is uploaded so that others can open it: %s',
    async (type) => {
      const { media, library, one } = await linked();
      const data = randomBytes(700_003);
      const content = await library.put(one, pieces(data), use);
      const reference = await media.upload({ ...content, mimetype: 'application/x-test' }, type);
      expect(reference).toMatchObject({ ...content, mimetype: 'application/x-test' });
      const opened = await downloadContentFromMessage(
        {
          url: reference.url ?? null,
          directPath: reference.directPath ?? null,
          mediaKey: Buffer.from(reference.mediaKey ?? '', 'base64'),
        },
        type as 'image',
      );
      expect(await collect(opened)).toEqual(data);
    },
  );

  it('goes to another host when one fails, and shows a new permission when the old one is refused', async () => {
    const { library, one, simulator, wire } = await linked();
    const { host } = new URL(simulator.endpoint.media);
    const content = await library.put(one, pieces(randomBytes(500_000)), use);
    const proxy = await startCuttingProxy(new URL(simulator.endpoint.media), { bytes: 10, times: 100 });
    const hosted = withHosts(wire.media, [proxy.host, host], 'expired');
    const media = new DeviceMedia(library, one, () => hosted, around);
    const reference = await media.upload({ ...content, mimetype: 'image/png' }, 'image');
    expect(reference.directPath).toMatch(/^\/v\//);
    expect(proxy.connections()).toBe(2);
  });

  it('that no host takes is a typed error', async () => {
    const { library, one, simulator, wire } = await linked();
    const content = await library.put(one, pieces(randomBytes(20_000)), use);
    const { host } = new URL(simulator.endpoint.media);
    const refused = {
      ...withHosts(wire.media, [host]),
      hosts: async () => ({ hosts: [{ hostname: host, maxBytes: 2 ** 31 }], auth: 'no' }),
    };
    const media = new DeviceMedia(library, one, () => refused, around);
    await expect(media.upload({ ...content, mimetype: 'image/png' }, 'image')).rejects.toMatchObject({
      code: 'MEDIA_UPLOAD_FAILED',
      details: { status: 401 },
    });
    const small = {
      ...refused,
      hosts: async () => ({ hosts: [{ hostname: host, maxBytes: 1_000 }], auth: 'no' }),
    };
    const other = new DeviceMedia(library, one, () => small, around);
    await expect(other.upload({ ...content, mimetype: 'image/png' }, 'image')).rejects.toMatchObject({
      code: 'MEDIA_TOO_LARGE',
    });
  });

  it('must be in the library', async () => {
    const { media } = await linked();
    await expect(
      media.upload({ sha256: 'AAAA', sizeBytes: 1, mimetype: 'image/png' }, 'image'),
    ).rejects.toMatchObject({ code: 'MEDIA_NOT_STORED' });
  });
});
