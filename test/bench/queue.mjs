/**
 * What it takes to accept a message while a thousand wait: run it with `node test/bench/queue.mjs` after `npm run build`; prints JSON.
 *
 * The server is gone, so that all of them stay in the queue. Each is on disk when the call returns.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openManager } from '@wharf/core';
import { createSimulator } from '@wharf/simulator';

const WAITING = 1_000;
const MEASURED = 500;

async function enqueueMs({ chats, durability }) {
  const simulator = await createSimulator({ port: 0 });
  const storage = mkdtempSync(join(tmpdir(), 'wharf-queue-'));
  const manager = await openManager({ storage, endpoint: simulator.endpoint, durability });
  try {
    await manager.createDevice({ id: 'shop' });
    for await (const step of await manager.loginDevice('shop')) {
      if (step.type === 'qr') await simulator.scan(step.qr, { phone: '15550001' });
    }
    await simulator.close();
    const took = [];
    for (let count = 0; count < WAITING + MEASURED; count += 1) {
      const startedAt = performance.now();
      await manager.send('shop', { to: String(15_551_000 + (count % chats)), text: `message ${count}` });
      took.push(performance.now() - startedAt);
    }
    const sorted = took.slice(WAITING).toSorted((one, other) => one - other);
    const at = (share) => Number(sorted[Math.floor(sorted.length * share)].toFixed(2));
    return { chats, durability, medianMs: at(0.5), p99Ms: at(0.99) };
  } finally {
    await manager.close();
    rmSync(storage, { recursive: true });
  }
}

const results = [];
for (const durability of ['process', 'power'])
  for (const chats of [1, 1_000]) results.push(await enqueueMs({ chats, durability }));
console.log(JSON.stringify({ waiting: WAITING, results }, null, 2));
