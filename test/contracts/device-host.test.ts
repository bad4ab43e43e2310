import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DeviceHost, type Manager, WharfError, type WharfEvent } from '@wharf/core';
import { describe, expect, it } from 'vitest';
import { startGateway } from '../support/gateway.js';
import { clientOf } from '../support/gateway-client.js';
import { trustMediaHost } from '../support/media-wire.js';
import { SHOP, Shop, VERA } from '../support/shop.js';
import { temporaryFolder } from '../support/storage.js';

/** Who can stand where an adapter expects devices: both must do the same. */
const hosts: Array<[string, (manager: Manager) => Promise<DeviceHost>]> = [
  ['a manager', async (manager) => manager],
  ['a client of a gateway', async (manager) => clientOf(await startGateway(manager))],
];

const PDF = Buffer.from(`%PDF-1.4\n${'wharf '.repeat(40_000)}\n%%EOF`);

const textOf = (event: WharfEvent): string[] =>
  event.type === 'message' && event.payload.content.kind === 'text' ? [event.payload.content.text] : [];

async function all(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Buffer[] = [];
  // What is read may be used up by the next piece.
  for await (const part of bytes) parts.push(Buffer.from(part));
  return Buffer.concat(parts);
}

const failure = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    (result) => result,
    ({ name, code, kind, retry, httpStatus, remedy, message, details }: WharfError) => ({
      ...{ name, code, kind, retry, httpStatus, remedy, message },
      details,
    }),
  );

const errorOf = (code: ConstructorParameters<typeof WharfError>[0], details = {}) => {
  const { name, kind, retry, httpStatus, remedy, message } = new WharfError(code);
  return { name, code, kind, retry, httpStatus, remedy, message, details: expect.objectContaining(details) };
};

describe.each(hosts)('%s', (_, hostOf) => {
  it('runs actions, and ends in the errors of the catalogue', async () => {
    const shop = await Shop.open();
    const host = await hostOf(shop.manager);
    expect(await host.act('device.get', {})).toEqual(await shop.manager.getDevice('shop'));
    expect(await host.act('device.list', {})).toEqual(await shop.manager.listDevices());
    expect(await failure(host.act('device.get', { deviceId: 'none' }))).toEqual(errorOf('DEVICE_NOT_FOUND'));
    expect(await failure(host.act('nothing.such' as never, {} as never))).toEqual(
      errorOf('ACTION_NOT_FOUND'),
    );
    expect(await failure(host.act('chat.list', { limit: 0 }))).toEqual(
      errorOf('OPTION_INVALID', { option: 'limit' }),
    );
    expect(await failure(host.act('contact.check', { phones: ['x'], nonsense: 1 } as never))).toMatchObject({
      name: 'WharfError',
      kind: 'input',
    });
  });

  it('sends once, waits for what becomes of it, and says what is wrong with what cannot be sent', async () => {
    const shop = await Shop.open();
    const host = await hostOf(shop.manager);
    const item = await host.send('shop', { to: '+1 (555) 0009', text: 'hello' });
    expect(item).not.toHaveProperty('idempotencyKey');
    expect(await host.waitForSend('shop', item.messageId, { until: 'delivered' })).toMatchObject({
      messageId: item.messageId,
      state: 'sent',
      delivery: 'delivered',
    });
    const keyed = { to: VERA, text: 'once', idempotencyKey: 'k1' };
    const [first, again] = [await host.send('shop', keyed), await host.send('shop', keyed)];
    expect(again.messageId).toBe(first.messageId);
    expect(first.idempotencyKey).toBe('k1');
    expect(await host.waitForSend('shop', first.messageId, { until: 'read', timeoutMs: 50 })).toMatchObject({
      messageId: first.messageId,
    });

    const refused = (message: object) => failure(host.send('shop', message as never));
    expect(await refused({ to: 'Vera', text: 'x' })).toEqual(errorOf('RECIPIENT_INVALID'));
    expect(await refused({ to: VERA, text: '' })).toEqual(errorOf('MESSAGE_INVALID', { field: 'text' }));
    expect(await refused({ to: VERA, content: { kind: 'nonsense' } })).toEqual(
      errorOf('MESSAGE_INVALID', { field: 'kind' }),
    );
    expect(await refused({ to: VERA, content: { kind: 'poll', name: 'x', options: ['a', 'a'] } })).toEqual(
      errorOf('MESSAGE_INVALID', { field: 'options' }),
    );
    expect(await refused({ to: VERA, text: 'x', expiresInMs: -1 })).toEqual(
      errorOf('OPTION_INVALID', { option: 'expiresInMs' }),
    );
    expect(await failure(host.send('none', { to: VERA, text: 'x' }))).toEqual(errorOf('DEVICE_NOT_FOUND'));
    expect(await failure(host.waitForSend('shop', 'NONE'))).toEqual(errorOf('MESSAGE_NOT_FOUND'));
    expect(await failure(host.waitForSend('shop', first.messageId, { timeoutMs: -1 }))).toEqual(
      errorOf('OPTION_INVALID', { option: 'timeoutMs' }),
    );
  });

  it('sends files from wherever they are, and gives the bytes of media, all or a range', async () => {
    const shop = await Shop.open();
    trustMediaHost(shop.simulator);
    const host = await hostOf(shop.manager);
    const path = join(temporaryFolder(), 'offer.pdf');
    writeFileSync(path, PDF);
    const sources = [
      { path },
      { data: PDF, fileName: 'offer.pdf' },
      {
        stream: (async function* () {
          yield PDF.subarray(0, 1_000);
          yield PDF.subarray(1_000);
        })(),
        fileName: 'offer.pdf',
      },
      { base64: PDF.toString('base64'), fileName: 'offer.pdf' },
      { url: `data:application/pdf;base64,${PDF.toString('base64')}`, fileName: 'offer.pdf' },
    ];
    for (const media of sources) {
      const { messageId } = await host.send('shop', {
        to: VERA,
        content: { kind: 'document', media, caption: 'Ours' },
      });
      expect(await host.waitForSend('shop', messageId)).toMatchObject({ state: 'sent' });
      const { message } = await host.act('message.get', { messageId });
      expect(message.content).toMatchObject({
        kind: 'document',
        caption: 'Ours',
        fileName: 'offer.pdf',
        media: { mimetype: 'application/pdf', sizeBytes: PDF.length },
      });
    }
    const { sha256 } = await host.act('media.get', {
      messageId: (await host.act('message.list', { chat: VERA }))[0]?.id ?? '',
    });
    expect((await all(host.readMedia('shop', sha256))).equals(PDF)).toBe(true);
    expect((await all(host.readMedia('shop', sha256, { start: 9, end: 14 }))).toString()).toBe('wharf');
    expect((await all(host.readMedia('shop', sha256, { start: PDF.length - 5 }))).toString()).toBe('%%EOF');
    expect(await all(host.readMedia('shop', sha256, { start: 5, end: 5 }))).toHaveLength(0);
    const copy = join(temporaryFolder(), 'copy.pdf');
    const [newest] = await host.act('message.list', { chat: VERA, limit: 1 });
    await host.act('media.get', { messageId: newest?.id ?? '', saveAs: copy });
    expect(readFileSync(copy).equals(PDF)).toBe(true);

    const refused = (media: object) =>
      failure(host.send('shop', { to: VERA, content: { kind: 'document', media } as never }));
    expect(await refused({ path: `${path}.none` })).toEqual(errorOf('MEDIA_SOURCE_UNREADABLE'));
    expect(await refused({ data: Buffer.alloc(0) })).toEqual(errorOf('MEDIA_EMPTY'));
    expect(await refused({ path, data: PDF })).toMatchObject({ code: 'MEDIA_SOURCE_INVALID' });
    const none = Buffer.alloc(32).toString('base64');
    expect(await failure(all(host.readMedia('shop', none)))).toEqual(errorOf('MEDIA_NOT_STORED'));
  });

  it('reads the log at least once, in order, from a cursor that outlives the reader', async () => {
    const shop = await Shop.open();
    const host = await hostOf(shop.manager);
    const seen: string[] = [];
    let failures = 1;
    const read = (into: string[]) =>
      host.consume({ name: 'flow', types: ['message'], startAt: 'beginning' }, (event) => {
        if (textOf(event)[0] === '1' && failures-- > 0) throw new Error('not now');
        into.push(...textOf(event));
      });
    for (const text of ['0', '1', '2']) await shop.vera.send(SHOP, text);
    const reading = read(seen);
    expect(reading.name).toBe('flow');
    await expect.poll(() => seen).toEqual(['0', '1', '2']);
    await reading.stop();
    await shop.vera.send(SHOP, '3');
    await shop.heard.until('it is in the log', () => shop.heard.texts().includes('3'));
    expect(seen).toEqual(['0', '1', '2']);
    const later: string[] = [];
    read(later);
    await expect.poll(() => later).toEqual(['3']);
    const successor: string[] = [];
    read(successor);
    await shop.vera.send(SHOP, '4');
    await expect.poll(() => [later, successor]).toEqual([['3'], ['4']]);
    await host.deleteConsumer('flow');
    const anew: string[] = [];
    read(anew);
    await expect.poll(() => anew).toEqual(['0', '1', '2', '3', '4']);
    expect(() => host.consume({ name: '' }, () => undefined)).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID', details: { option: 'name' } }),
    );
  });

  it('does nothing any more once it is closed', async () => {
    const shop = await Shop.open();
    const host = await hostOf(shop.manager);
    await host.close();
    expect(await failure(host.send('shop', { to: VERA, text: 'x' }))).toEqual(errorOf('MANAGER_CLOSED'));
    expect(() => host.consume({ name: 'a' }, () => undefined)).toThrow(
      expect.objectContaining({ code: 'MANAGER_CLOSED' }),
    );
  });
});
