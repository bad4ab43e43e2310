import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { buildMediaProgram } from '../support/media-programs.js';
import type { SenderResult, SenderWork } from '../support/media-sender.js';
import { temporaryFolder } from '../support/storage.js';
import { link, startManager, startSimulator, watch } from '../support/world.js';

const ANN = '15550100001';
const VERA = '15550100003';
const MEGABYTE = 1024 ** 2;
const LARGE = 200;
/** 2 GB, which WhatsApp takes at the most, behave no differently; they take a minute. */
const SPARSE = 500;
const MAY_GROW_MB = 40;

/** So many megabytes, none like another. */
async function* megabytes(count: number): AsyncGenerator<Buffer> {
  const block = randomBytes(MEGABYTE);
  for (let index = 0; index < count; index += 1) {
    block.writeUInt32BE(index);
    yield Buffer.from(block);
  }
}

it('200 or 500 MB raise the memory of a process with a manager by less than 40 MB, whichever way they go', {
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
  const large = await vera.attachments.send(ANN, { kind: 'document', data: megabytes(LARGE) });
  await heard.until('the message is there', (events) =>
    events.some((event) => event.type === 'message' && event.payload.id === large.id),
  );
  await manager.close();
  const folder = temporaryFolder();
  const ca = join(folder, 'ca.pem');
  writeFileSync(ca, simulator.caCertificate);
  const work: SenderWork = {
    storage,
    endpoint: JSON.stringify(simulator.endpoint),
    messageId: large.id,
    path: join(folder, 'large.bin'),
    sparse: join(folder, 'sparse.bin'),
    to: VERA,
  };
  writeFileSync(work.sparse, '');
  truncateSync(work.sparse, SPARSE * MEGABYTE);
  const { stdout } = await promisify(execFile)(process.execPath, [program, JSON.stringify(work)], {
    env: { ...process.env, NODE_EXTRA_CA_CERTS: ca, NODE_OPTIONS: '' },
  });
  const { grew, sha256, messageId } = JSON.parse(stdout) as SenderResult;
  expect(sha256).toBe(vera.attachments.describe(large.id).fileSha256);
  await vera.waitForMessage(({ id }) => id === messageId);
  const hash = createHash('sha256');
  for await (const bytes of vera.attachments.download(messageId)) hash.update(bytes);
  expect(hash.digest('base64')).toBe(sha256);
  const inMegabytes = Object.entries(grew).map(
    ([way, bytes]) => [way, Math.round(bytes / MEGABYTE)] as const,
  );
  console.info(
    `${LARGE} MB, and a sparse file of ${SPARSE} MB, raised the memory by: ${inMegabytes.map((each) => each.join(' ')).join(', ')} MB.`,
  );
  for (const [way, megabytes] of inMegabytes) expect(megabytes, way).toBeLessThan(MAY_GROW_MB);
});
