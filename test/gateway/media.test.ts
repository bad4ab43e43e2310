import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { startShop, VERA } from '../actions/shop.js';
import { startGateway } from '../support/gateway.js';
import { trustMediaHost } from '../support/media-wire.js';

const data = randomBytes(300_000);
const sha256 = createHash('sha256').update(data).digest('base64');
const named = sha256.replaceAll('+', '-').replaceAll('/', '_').replace('=', '');

async function start() {
  const shop = await startShop();
  trustMediaHost(shop.simulator);
  const gateway = await startGateway(shop.manager);
  const headers = { authorization: `Bearer ${gateway.secret}` };
  const upload = async (
    body: ReadableStream | Buffer | FormData | string | undefined,
    type?: string,
    query = '',
  ) => {
    const response = await fetch(`${gateway.url}/media${query}`, {
      method: 'POST',
      headers: { ...headers, ...(type ? { 'content-type': type } : {}) },
      ...(body === undefined ? {} : { body }),
      duplex: 'half',
    } as RequestInit);
    return response.json() as Promise<{ code: string; results: Record<string, unknown> }>;
  };
  const download = (range?: string, name = named) =>
    fetch(`${gateway.url}/media/${name}`, { headers: { ...headers, ...(range ? { range } : {}) } });
  return { ...shop, gateway, upload, download };
}

describe('media over HTTP', () => {
  it('is uploaded as a stream, sent by its hash, and downloaded', async () => {
    const { gateway, upload, download, vera } = await start();
    const stream = new Blob([new Uint8Array(data)]).stream();
    const { results } = await upload(stream, 'application/octet-stream', '?file_name=bill.bin');
    expect(results).toEqual({
      sha256,
      sizeBytes: data.length,
      mimetype: 'application/octet-stream',
      fileName: 'bill.bin',
    });
    const content = { kind: 'document', fileName: 'bill.bin', media: { sha256 } };
    const sent = await gateway.call('POST', '/actions/message.send?wait=sent', {
      body: { to: VERA, content },
    });
    expect(sent.body.results).toMatchObject({ state: 'sent' });
    await vera.waitForMessage(({ id }) => id === sent.body.results.messageId);
    const whole = await download();
    expect(Buffer.from(await whole.arrayBuffer()).equals(data)).toBe(true);
    // A browser must not take what somebody has sent for a page of the gateway.
    for (const [name, value] of [
      ['content-type', 'application/octet-stream'],
      ['content-disposition', 'attachment'],
      ['x-content-type-options', 'nosniff'],
      ['content-length', String(data.length)],
    ] as const)
      expect(whole.headers.get(name), name).toBe(value);
  });

  it('is uploaded as a form, or as JSON that is a file', async () => {
    const { upload } = await start();
    const form = new FormData();
    form.append('file', new Blob([new Uint8Array(data)]), 'bill.bin');
    expect((await upload(form)).results).toMatchObject({ sha256, fileName: 'bill.bin' });
    expect((await upload('{"a": 1}', 'application/json')).results).toMatchObject({ sizeBytes: 8 });
    expect(await upload(undefined)).toMatchObject({ code: 'MEDIA_SOURCE_INVALID' });
  });

  it('is read in part', async () => {
    const { upload, download } = await start();
    await upload(data, 'application/octet-stream');
    for (const [range, status, part, contentRange] of [
      ['bytes=0-99', 206, [0, 100], 'bytes 0-99/300000'],
      ['bytes=299990-', 206, [299_990, 300_000], 'bytes 299990-299999/300000'],
      ['bytes=-10', 206, [299_990, 300_000], 'bytes 299990-299999/300000'],
      ['bytes=5-400000', 206, [5, 300_000], 'bytes 5-299999/300000'],
      ['bytes=300000-', 416, undefined, 'bytes */300000'],
      ['bytes=9-3', 200, [0, 300_000], null],
      ['lines=1-2', 200, [0, 300_000], null],
    ] as const) {
      const response = await download(range);
      expect(response.status, range).toBe(status);
      expect(response.headers.get('content-range'), range).toBe(contentRange);
      const bytes = Buffer.from(await response.arrayBuffer());
      if (part) expect(bytes.equals(data.subarray(part[0], part[1])), range).toBe(true);
    }
  });

  it('is that of one device, and nothing to another', async () => {
    const { gateway, upload, download, manager } = await start();
    await upload(data, 'application/octet-stream');
    await manager.createDevice({ id: 'other' });
    const other = await gateway.call('GET', `/media/${named}`, { headers: { 'x-device-id': 'other' } });
    expect(other).toMatchObject({ status: 404, body: { code: 'MEDIA_NOT_STORED' } });
    expect((await download(undefined, `${'B'.repeat(43)}`)).status).toBe(400);
    const shop = { 'x-device-id': 'shop' };
    expect(await gateway.call('GET', `/media/${'B'.repeat(43)}`, { headers: shop })).toMatchObject({
      body: { code: 'MEDIA_NOT_STORED' },
    });
  });
});
