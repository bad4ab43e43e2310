import { createReadStream } from 'node:fs';
import { createInflate } from 'node:zlib';
import * as baileys from '@whiskeysockets/baileys';
import { storeHistory } from '../../packages/core/src/inbox/history.js';
import { openSqliteStore } from '../../packages/core/src/store/sqlite/store.js';
import type { DeviceId, Jid } from '../../packages/core/src/types/ids.js';
import { readHistory } from '../../packages/core/src/wire/baileys/history/read-history.js';

/** What it says: by how many bytes its memory grew at the most, how long it took, and what is stored. */
export interface HistoryResult {
  grew: number;
  ms: number;
  cpuMs: number;
  stored: number;
}

/** Takes in histories from files, as a device does from its connection: the first one to warm up. */
const [storage = '', small = '', large = ''] = process.argv.slice(2);
const store = openSqliteStore(storage);
const deviceId = 'a' as DeviceId;
store.devices.put({
  id: deviceId,
  state: { name: 'disconnected', reason: 'created' },
  sessionFolder: 'a',
  createdAt: 1,
});
const scoped = store.forDevice({ deviceId, jid: '1@s.whatsapp.net' as Jid });

async function ingest(file: string): Promise<number> {
  let stored = 0;
  const parts = readHistory(createReadStream(file).pipe(createInflate()), {
    baileys,
    own: { jid: '1@s.whatsapp.net' as Jid },
    pnOf: () => undefined,
    since: 0,
    isFirst: true,
    onChat: async () => undefined,
    onAlias: async () => undefined,
  });
  for await (const part of parts) {
    stored += store.transaction(() => storeHistory(scoped, part));
    await new Promise((resolve) => setImmediate(resolve));
  }
  return stored;
}

await ingest(small);
const before = process.memoryUsage.rss();
let most = before;
const timer = setInterval(() => {
  most = Math.max(most, process.memoryUsage.rss());
}, 10);
const [startedAt, cpu] = [performance.now(), process.cpuUsage()];
const stored = await ingest(large);
const { user, system } = process.cpuUsage(cpu);
clearInterval(timer);
const grew = Math.max(most, process.memoryUsage.rss()) - before;
const result: HistoryResult = {
  grew,
  ms: performance.now() - startedAt,
  cpuMs: (user + system) / 1_000,
  stored,
};
process.stdout.write(JSON.stringify(result));
store.close();
