import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { downloadContentFromMessage } from '@whiskeysockets/baileys';
import { expect, it } from 'vitest';
import type { Jid, MessageId } from '../../packages/core/src/types/ids.js';
import type { MediaResult, MediaWork } from '../support/media-program.js';
import { buildMediaProgram } from '../support/media-programs.js';
import type { SenderResult, SenderWork } from '../support/media-sender.js';
import { openLinkedWire, trustMediaHost } from '../support/media-wire.js';
import { temporaryFolder } from '../support/storage.js';
import { link, startManager, startSimulator, watch } from '../support/world.js';

const ANN = '15550100001';
const VERA = '15550100003';
const MEGABYTE = 1024 ** 2;
const LARGE = 200;
const MAY_GROW = 40 * MEGABYTE;
/** In a process with everything else in it, V8 lets more gather before it collects. */
const MAY_GROW_BY_ALL = (LARGE / 2) * MEGABYTE;

/** So many megabytes, none like another. */
async function* megabytes(count: number): AsyncGenerator<Buffer> {
  const block = randomBytes(MEGABYTE);
  for (let index = 0; index < count; index += 1) {
    block.writeUInt32BE(index);
    yield Buffer.from(block);
  }
}

it('200 MB in and out raise the memory of the process by less than 40 MB', { timeout: 120_000 }, async () => {
  const program = await buildMediaProgram('media-program');
  const simulator = await startSimulator();
  trustMediaHost(simulator);
  const vera = simulator.addContact({ phone: VERA, name: 'Vera' });
  const wire = await openLinkedWire(simulator, ANN);
  const send = async (count: number) => {
    const { id } = await vera.attachments.send(ANN, { kind: 'document', data: megabytes(count) });
    const told = vera.attachments.describe(id);
    const reference = {
      ...told,
      sizeBytes: told.byteLength,
      sha256: told.fileSha256,
      encSha256: told.fileEncSha256,
    };
    const message = { id: id as MessageId, chat: vera.jid as Jid, isFromMe: false };
    return { reference, type: 'document' as const, message };
  };
  const storage = temporaryFolder();
  const [small, large] = [await send(2), await send(LARGE)];
  const work: MediaWork = { storage, hosts: await wire.media.hosts(), small, large };
  const ca = join(storage, 'ca.pem');
  writeFileSync(ca, simulator.caCertificate);
  const { stdout } = await promisify(execFile)(process.execPath, [program, JSON.stringify(work)], {
    env: { ...process.env, NODE_EXTRA_CA_CERTS: ca, NODE_OPTIONS: '' },
  });
  const { grewIn, grewOut, uploaded } = JSON.parse(stdout) as MediaResult;
  const { sha256, sizeBytes, mediaKey = '', directPath = '', url = '' } = uploaded;
  expect({ sha256, sizeBytes }).toEqual({ sha256: large.reference.sha256, sizeBytes: LARGE * MEGABYTE });
  const opened = await downloadContentFromMessage(
    { mediaKey: Buffer.from(mediaKey, 'base64'), directPath, url },
    'document',
  );
  const hash = createHash('sha256');
  for await (const bytes of opened) hash.update(bytes as Buffer);
  expect(hash.digest('base64')).toBe(sha256);
  console.info(
    `${LARGE} MB raised the memory by ${(grewIn / MEGABYTE).toFixed(1)} MB in, ${(grewOut / MEGABYTE).toFixed(1)} MB out.`,
  );
  expect(grewIn).toBeLessThan(MAY_GROW);
  expect(grewOut).toBeLessThan(MAY_GROW);
});

it('200 MB fetched and sent by a manager raise the memory of its process by less than half of that', {
  timeout: 120_000,
}, async () => {
  const program = await buildMediaProgram('media-sender');
  const simulator = await startSimulator();
  const vera = simulator.addContact({ phone: VERA, name: 'Vera' });
  const storage = temporaryFolder();
  const manager = await startManager(simulator, { storage });
  await manager.createDevice({ id: 'shop' });
  await link(manager, simulator, 'shop', ANN);
  const heard = watch(manager);
  const [small, large] = [
    await vera.attachments.send(ANN, { kind: 'document', data: megabytes(24) }),
    await vera.attachments.send(ANN, { kind: 'document', data: megabytes(LARGE) }),
  ];
  await heard.until('both messages are there', (events) =>
    [small, large].every(({ id }) =>
      events.some((event) => event.type === 'message' && event.payload.id === id),
    ),
  );
  await manager.close();
  const work: SenderWork = {
    storage,
    endpoint: JSON.stringify(simulator.endpoint),
    small: small.id,
    large: large.id,
    to: VERA,
  };
  const ca = join(storage, '..', `${basename(storage)}.pem`);
  writeFileSync(ca, simulator.caCertificate);
  const { stdout } = await promisify(execFile)(process.execPath, [program, JSON.stringify(work)], {
    env: { ...process.env, NODE_EXTRA_CA_CERTS: ca, NODE_OPTIONS: '' },
  }).finally(() => rmSync(ca));
  const { grewIn, grewOut, sha256, messageId } = JSON.parse(stdout) as SenderResult;
  expect(sha256).toBe(vera.attachments.describe(large.id).fileSha256);
  await vera.waitForMessage(({ id }) => id === messageId);
  const hash = createHash('sha256');
  for await (const bytes of vera.attachments.download(messageId)) hash.update(bytes);
  expect(hash.digest('base64')).toBe(sha256);
  console.info(
    `${LARGE} MB raised the memory by ${(grewIn / MEGABYTE).toFixed(1)} MB in, ${(grewOut / MEGABYTE).toFixed(1)} MB out, by a manager.`,
  );
  expect(grewIn).toBeLessThan(MAY_GROW_BY_ALL);
  expect(grewOut).toBeLessThan(MAY_GROW_BY_ALL);
});
