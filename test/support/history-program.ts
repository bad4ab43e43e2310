import { createReadStream } from 'node:fs';
import { createInflate } from 'node:zlib';
import * as baileys from '@whiskeysockets/baileys';
import { storeHistory } from '../../packages/core/src/inbox/history.js';
import { openSqliteStore } from '../../packages/core/src/store/sqlite/store.js';
import type { DeviceId, Jid } from '../../packages/core/src/types/ids.js';
import { readHistory } from '../../packages/core/src/wire/baileys/history/read-history.js';
import { growthOf } from './growth.js';

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
let [ms, cpuMs, stored] = [0, 0, 0];
const grew = await growthOf(async () => {
  const [startedAt, cpu] = [performance.now(), process.cpuUsage()];
  stored = await ingest(large);
  const { user, system } = process.cpuUsage(cpu);
  [ms, cpuMs] = [performance.now() - startedAt, (user + system) / 1_000];
});
const result: HistoryResult = { grew, ms, cpuMs, stored };
process.stdout.write(JSON.stringify(result));
store.close();
