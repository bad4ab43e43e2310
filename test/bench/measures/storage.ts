import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Measure } from '../measure.js';

/** How much the folder of a contestant grows with each text that comes in. */
export const storage: Measure = {
  name: 'storage',
  // It is not waited for a disk here.
  leavesOut: ['wharf-power'],
  rounds: 1,
  async run(around) {
    // It stores nothing; what its folder holds is how this benchmark hands its keys to the next process.
    if (around.contestant === 'bare-memory') return [];
    const { simulator } = around;
    const { client, phone, folder } = await around.startLinked();
    await around.close(client);
    const before = bytesIn(folder);
    const again = await around.start(folder);
    await again.call('restore', await simulator.call('endpoint'));
    const volume = around.isQuick ? { contacts: 2, messages: 2 } : { contacts: 20, messages: 100 };
    const count = await simulator.call('prepareTraffic', { to: phone, ...volume });
    await again.call('expectMessages', count);
    await simulator.call('runTraffic');
    await again.call('received');
    await around.close(again);
    return [{ name: 'storagePerMessage', value: (bytesIn(folder) - before) / count, unit: 'bytes' }];
  },
};

function bytesIn(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
}
