import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { Manager, OutgoingContentInput } from '@wharf/core';
import type { Simulator } from '@wharf/simulator';
import { describe, expect, it, onTestFinished } from 'vitest';
import { trustMediaHost } from '../support/media-wire.js';
import { film, picture, sound } from '../support/recordings.js';
import { temporaryFolder } from '../support/storage.js';
import { link, startManager, startSimulator, stateOf, watch } from '../support/world.js';

const SHOP = '15550001';
const TILL = '15550002';
const VERA = '15550009';

const sha = (data: Uint8Array): string => createHash('sha256').update(data).digest('base64');
const unhurried = { pacing: { enabled: false } };

/** Two devices of ours, and Vera. */
async function world(options: { storage?: string } = {}) {
  const simulator = await startSimulator();
  trustMediaHost(simulator);
  const manager = await startManager(simulator, {
    ...options,
    media: { arePrivateAddressesAllowed: true },
  });
  for (const [id, phone] of [
    ['shop', SHOP],
    ['till', TILL],
  ] as const) {
    await manager.createDevice({ id });
    await link(manager, simulator, id, phone);
    await manager.updateSettings(id, unhurried);
  }
  const vera = simulator.addContact({ phone: VERA, name: 'Vera' });
  return { simulator, manager, vera, heard: watch(manager) };
}

/** A server on this machine that has one file. */
async function serve(data: Buffer): Promise<string> {
  const server = createServer((_, response) => response.end(data));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/sound.mp3`;
}

async function sent(manager: Manager, to: string, content: OutgoingContentInput): Promise<string> {
  const { messageId } = await manager.send('shop', { to, content });
  expect(await manager.waitForSend('shop', messageId)).toMatchObject({ state: 'sent' });
  return messageId;
}

describe('a file that is sent', () => {
  it('arrives as what it was, at a contact and at another device, whatever its kind and source', {
    timeout: 60_000,
  }, async () => {
    const { manager, vera, heard } = await world();
    const [png, gif, mp4, mp3, wav] = [
      await picture('png'),
      await picture('gif'),
      film(),
      sound('a.mp3'),
      sound('a.wav'),
    ];
    const bill = randomBytes(100_000);
    const path = join(temporaryFolder(), 'bill.bin');
    writeFileSync(path, bill);
    const base64 = mp4.toString('base64');
    const url = await serve(mp3);
    /** What is sent, the bytes that must arrive (undefined: what was made of them), and what is told of it. */
    const cases: Array<[() => OutgoingContentInput, Buffer | undefined, object]> = [
      [
        () => ({ kind: 'image', media: { data: png }, caption: 'blue' }),
        png,
        { caption: 'blue', media: { mimetype: 'image/png', width: 320, height: 200 } },
      ],
      [
        () => ({ kind: 'image', media: { stream: Readable.from([gif]) } }),
        undefined,
        { media: { mimetype: 'image/jpeg' } },
      ],
      [
        () => ({ kind: 'video', media: { base64 } }),
        mp4,
        { media: { mimetype: 'video/mp4', width: 320, height: 180, seconds: 2 } },
      ],
      [
        () => ({ kind: 'gif', media: { url: `data:video/mp4;base64,${base64}` } }),
        mp4,
        { media: { seconds: 2 } },
      ],
      [() => ({ kind: 'video_note', media: { data: mp4 } }), mp4, { media: { seconds: 2 } }],
      [() => ({ kind: 'audio', media: { url } }), mp3, { media: { mimetype: 'audio/mpeg', seconds: 2 } }],
      [
        () => ({ kind: 'voice', media: { data: wav } }),
        undefined,
        { media: { mimetype: 'audio/ogg; codecs=opus', seconds: 2 }, waveform: expect.any(String) },
      ],
      [
        () => ({ kind: 'document', media: { path }, caption: 'the bill' }),
        bill,
        { fileName: 'bill.bin', caption: 'the bill', media: { sizeBytes: bill.length } },
      ],
      [() => ({ kind: 'sticker', media: { data: png } }), undefined, { media: { mimetype: 'image/webp' } }],
    ];
    for (const [make, bytes, told] of cases) {
      const content = make();
      const toVera = await sent(manager, VERA, content);
      const stored = (await manager.getMessage('shop', toVera))?.message.content;
      expect(stored).toMatchObject({ kind: content.kind, ...told });
      const { sha256 = '' } = stored && 'media' in stored ? stored.media : {};
      if (bytes) expect(sha256).toBe(sha(bytes));
      await vera.waitForMessage(({ id }) => id === toVera);
      expect(sha(await buffer(vera.attachments.download(toVera))), content.kind).toBe(sha256);

      // A file of the library, by its hash.
      const mimetype = stored && 'media' in stored ? stored.media.mimetype : '';
      const name = stored?.kind === 'document' ? { fileName: stored.fileName } : {};
      const kept = { ...make(), ...name, media: { sha256, mimetype } } as OutgoingContentInput;
      const toTill = await sent(manager, TILL, kept);
      await heard.until('the other device has it', (events) =>
        events.some(
          (event) => event.deviceId === 'till' && event.type === 'message' && event.payload.id === toTill,
        ),
      );
      const received = await manager.getMessage('till', toTill);
      const { waveform: _, ...shown } = told as { waveform?: unknown };
      expect(received?.message.content).toMatchObject({ kind: content.kind, ...shown });
      const downloaded = await manager.act('message.downloadMedia', { deviceId: 'till', messageId: toTill });
      expect(downloaded.sha256, content.kind).toBe(sha256);
    }
    expect(vera.messages.find(({ media }) => media?.kind === 'voice')).toMatchObject({
      media: { seconds: 2 },
    });
  });

  it.each(['image', 'video'] as const)(
    'is a status (%s), and an action that any adapter has',
    async (kind) => {
      const { manager, vera } = await world();
      const file = kind === 'image' ? await picture('png') : film();
      const { messageId } = await manager.act('message.send', {
        deviceId: 'shop',
        to: 'status@broadcast',
        audience: [VERA],
        content: { kind, media: { base64: file.toString('base64') }, caption: 'new' },
        waitFor: 'sent',
      });
      await vera.waitForMessage(({ id }) => id === messageId);
      expect(sha(await buffer(vera.attachments.download(messageId)))).toBe(sha(file));
    },
  );

  it('is a post of a channel, for everybody to read', async () => {
    const { manager, simulator, heard } = await world();
    const png = await picture('png');
    const { jid } = await manager.act('channel.create', { deviceId: 'shop', name: 'News' });
    await manager.act('channel.follow', { deviceId: 'till', channel: jid });
    const content = { kind: 'image' as const, media: { data: png }, caption: 'new' };
    const { messageId: post } = await manager.send('shop', { to: jid, content });
    expect(await manager.waitForSend('shop', post)).toMatchObject({ state: 'sent' });
    const received = () =>
      heard.events.flatMap((event) =>
        event.type === 'message' && event.deviceId === 'till' && event.payload.chat === jid
          ? [event.payload]
          : [],
      )[0];
    await heard.until('the follower has it', () => received() !== undefined);
    const { id: messageId = '', content: shown } = received() ?? {};
    expect(shown).toMatchObject({ kind: 'image', caption: 'new', media: { sha256: sha(png) } });
    for (const secret of ['mediaKey', 'encSha256']) expect(shown).not.toHaveProperty(`media.${secret}`);
    const { sha256 } = await manager.act('message.downloadMedia', { deviceId: 'till', messageId });
    expect(await buffer(manager.readMedia('till', sha256))).toEqual(png);

    // What was received under a key is posted from the library alone.
    const { messageId: private_ } = await manager.send('till', {
      to: VERA,
      content: { ...content, media: { sha256 } },
    });
    await manager.waitForSend('till', private_);
    const encrypted = (await manager.getMessage('till', private_))?.message;
    expect(encrypted?.content).toHaveProperty('media.mediaKey');
    const again = await manager.send('shop', {
      to: jid,
      content: encrypted?.content as OutgoingContentInput,
    });
    expect(await manager.waitForSend('shop', again.messageId)).toMatchObject({ state: 'sent' });
    expect(simulator.newsletters.get(jid).posts).toHaveLength(2);
  });

  it('goes out once for a key, and its source is read once', async () => {
    const { manager } = await world();
    const url = await serve(sound('a.mp3'));
    const message = { to: VERA, content: { kind: 'audio' as const, media: { url } }, idempotencyKey: 'k' };
    const [one, two] = await Promise.all([manager.send('shop', message), manager.send('shop', message)]);
    expect(two.messageId).toBe(one.messageId);
    const gone = { ...message, content: { kind: 'audio' as const, media: { path: '/no/such/file' } } };
    expect((await manager.send('shop', gone)).messageId).toBe(one.messageId);
    await manager.waitForSend('shop', one.messageId);
    expect(await manager.listSends('shop')).toHaveLength(1);
  });

  it('keeps its place in the chat, while the text after it is not held up in other chats', async () => {
    const { manager, simulator, vera } = await world();
    const walter = simulator.addContact({ phone: '15550008', name: 'Walter' });
    let go: () => void = () => undefined;
    const slow = new Promise<void>((resolve) => {
      go = resolve;
    });
    async function* later(data: Buffer) {
      yield data;
      await slow;
    }
    const png = await picture('png');
    const first = manager.send('shop', {
      to: VERA,
      content: { kind: 'image', media: { stream: later(png) }, caption: 'first' },
    });
    const second = manager.send('shop', { to: VERA, text: 'second' });
    await manager.send('shop', { to: '15550008', text: 'elsewhere' });
    await walter.waitForMessage(({ text }) => text === 'elsewhere');
    expect(vera.messages).toEqual([]);
    go();
    await Promise.all([first, second]);
    await vera.waitForMessage(({ text }) => text === 'second');
    expect(vera.messages.map(({ text }) => text)).toEqual(['first', 'second']);
  });

  it('is refused with a typed error when its source is no good, and nothing is queued', async () => {
    const { manager } = await world();
    const failure = (content: object, to = VERA) =>
      manager.send('shop', { to, content: content as OutgoingContentInput }).then(
        () => 'none',
        ({ code }: { code: string }) => code,
      );
    const image = (media: object) => failure({ kind: 'image', media });
    expect(await image({ path: '/no/such/file' })).toBe('MEDIA_SOURCE_UNREADABLE');
    expect(await image({ base64: '###' })).toBe('MEDIA_SOURCE_INVALID');
    expect(await image({ base64: 'AAAA', path: '/a' })).toBe('MEDIA_SOURCE_INVALID');
    expect(await image({ data: new Uint8Array() })).toBe('MEDIA_EMPTY');
    expect(await image({ url: 'http://127.0.0.1:9/' })).toBe('MEDIA_FETCH_FAILED');
    expect(await image({ sha256: sha(randomBytes(4)) })).toBe('MEDIA_NOT_STORED');
    expect(await image({})).toBe('MESSAGE_INVALID');
    expect(await failure({ kind: 'image', media: { path: '/a' }, caption: 5 })).toBe('MESSAGE_INVALID');
    expect(await failure({ kind: 'image', media: { base64: 'AAAA' } }, 'nobody')).toBe('RECIPIENT_INVALID');
    expect(await manager.listSends('shop')).toEqual([]);
  });

  it('that cannot be what it is sent as fails alone; what comes after it goes on', async () => {
    const { manager, vera } = await world();
    const bad = await manager.send('shop', {
      to: VERA,
      content: { kind: 'video', media: { data: await picture('png') } },
    });
    const next = await manager.send('shop', { to: VERA, text: 'next' });
    expect(await manager.waitForSend('shop', bad.messageId)).toMatchObject({
      state: 'failed',
      errorCode: 'MEDIA_TYPE_UNSUITABLE',
    });
    await manager.waitForSend('shop', next.messageId);
    await vera.waitForMessage(({ text }) => text === 'next');
    expect(vera.messages).toHaveLength(1);
  });

  it('may not come from this machine or its network unless that is allowed', async () => {
    const simulator = await startSimulator();
    const manager = await startManager(simulator);
    await manager.createDevice({ id: 'shop' });
    await link(manager, simulator, 'shop', SHOP);
    const url = await serve(randomBytes(10));
    await expect(
      manager.send('shop', { to: VERA, content: { kind: 'document', media: { url } } }),
    ).rejects.toMatchObject({ code: 'MEDIA_ADDRESS_REFUSED' });
  });

  it('outlasts its source and the process: it is sent from the library', async () => {
    const storage = temporaryFolder();
    const { manager, simulator, vera } = await world({ storage });
    const path = join(temporaryFolder(), 'bill.bin');
    const bill = randomBytes(50_000);
    writeFileSync(path, bill);
    await offline(manager, simulator);
    const { messageId, state } = await manager.send('shop', {
      to: VERA,
      content: { kind: 'document', media: { path } },
    });
    expect(state).toBe('queued');
    rmSync(path);
    await manager.close();
    simulator.faults.clear();
    const again = await startManager(simulator, { storage });
    expect(await again.waitForSend('shop', messageId)).toMatchObject({ state: 'sent' });
    await vera.waitForMessage(({ id }) => id === messageId);
    expect(sha(await buffer(vera.attachments.download(messageId)))).toBe(sha(bill));
  });

  it('that was received goes on without an upload, and is uploaded again when WhatsApp has forgotten it', async () => {
    const { manager, vera, heard } = await world();
    const data = randomBytes(3_000);
    const { id } = await vera.attachments.send(SHOP, { kind: 'image', data });
    await heard.until('the picture is there', (events) =>
      events.some((event) => event.type === 'message' && event.payload.id === id),
    );
    const message = (await manager.getMessage('shop', id))?.message;
    if (!message) throw new Error('There is no message.');
    await manager.act('message.downloadMedia', { deviceId: 'shop', messageId: id });
    const echo = await manager.send('shop', message);
    await manager.waitForSend('shop', echo.messageId);
    await vera.waitForMessage((shown) => shown.id === echo.messageId);
    expect(vera.attachments.describe(echo.messageId)).toEqual(vera.attachments.describe(id));
    await vera.attachments.expire(id);
    const renewed = await manager.send('shop', message);
    await manager.waitForSend('shop', renewed.messageId);
    await vera.waitForMessage((shown) => shown.id === renewed.messageId);
    expect(vera.attachments.describe(renewed.messageId).directPath).not.toBe(
      vera.attachments.describe(id).directPath,
    );
    expect(sha(await buffer(vera.attachments.download(renewed.messageId)))).toBe(sha(data));
  });

  it('is given back when it is cancelled', async () => {
    const { manager, simulator } = await world();
    await offline(manager, simulator);
    const bill = randomBytes(1_000);
    const { messageId } = await manager.send('shop', {
      to: VERA,
      content: { kind: 'document', media: { data: bill } },
    });
    expect(await buffer(manager.readMedia('shop', sha(bill)))).toHaveLength(1_000);
    await manager.cancelSend('shop', messageId);
    await expect(buffer(manager.readMedia('shop', sha(bill)))).rejects.toMatchObject({
      code: 'MEDIA_NOT_STORED',
    });
  });
});

/** Cuts the connection, and lets no new one in. */
async function offline(manager: Manager, simulator: Simulator): Promise<void> {
  simulator.faults.add({ kind: 'refuse-connection' });
  simulator.faults.add({ kind: 'close', code: 'reset' });
  await stateOf(manager, 'shop', ({ name }) => name === 'reconnecting');
}
