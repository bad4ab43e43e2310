import { execFile } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { burst, makeAcquainted } from '../measures/burst.js';
import { curveMeasure } from './curve.js';
import { memoryOf } from './memory.js';

const CONTACTS = 20;
const FILL_PROGRAM = fileURLToPath(new URL('./fill-program.mjs', import.meta.url));

/** Messages that one device has stored before: what a start takes, and more messages on top of them. */
export const stored = curveMeasure({
  axis: 'stored',
  at: [0, 100_000, 1_000_000],
  quickAt: [0, 1_000],
  async take(around, count) {
    const { client: first, device, phone, folder } = await around.startLinked();
    await makeAcquainted(around, first, device, phone, CONTACTS);
    await around.close(first);
    // In a process of its own, as this one is full of memory afterwards.
    await promisify(execFile)(process.execPath, [FILL_PROGRAM, folder, String(count)]);
    const client = await around.start(folder);
    const startMs = await client.call('restore', await around.simulator.call('endpoint'));
    const volume = { to: phone, contacts: CONTACTS, messages: around.isQuick ? 1 : 125 };
    const readings = await burst(around, client, 'Inbound', [volume]);
    const memory = await memoryOf(around, client);
    await around.close(client);
    const megabytes = statSync(join(folder, 'wharf.db')).size / 1024 / 1024;
    return [
      { name: 'Start', value: startMs, unit: 'ms' },
      memory,
      ...readings,
      { name: 'Disk', value: megabytes, unit: 'MB' },
    ];
  },
});
