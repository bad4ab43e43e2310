import { setTimeout as pause } from 'node:timers/promises';
import { burst, makeAcquainted } from '../measures/burst.js';
import { curveMeasure } from './curve.js';
import { memoryOf } from './memory.js';

const CONTACTS = 5;
const MESSAGES = 2_500;
/** As long as the longest rest between two signs of life of an idle connection, so that each has one in it. */
const WATCH_MS = 31_000;

/** Devices that are connected: what they take while nothing happens, and how fast all of them together take in texts. */
export const devices = curveMeasure<{ folder: string; names: string[] }>({
  axis: 'devices',
  at: [1, 20, 100, 250],
  quickAt: [1, 2],
  async prepare(around) {
    const folder = around.newFolder();
    const names = Array.from({ length: around.isQuick ? 2 : 250 }, (_, index) => `device-${index + 1}`);
    const client = await around.start(folder);
    await client.call('open', await around.simulator.call('endpoint'));
    await client.call('pair', names);
    // Everybody has written to every device, and it to them.
    for (const name of names) await makeAcquainted(around, client, name, around.phoneOf(name), CONTACTS);
    await around.close(client);
    return { folder, names };
  },
  async take(around, count, { folder, names }) {
    const running = names.slice(0, count);
    const client = await around.start(folder);
    await client.call('open', await around.simulator.call('endpoint'));
    for (const name of running) await client.call('connect', name);
    const memory = await memoryOf(around, client);
    const idle = await around.watchCpu(client);
    await pause(around.isQuick ? 1 : WATCH_MS);
    const { share } = await idle.stop();
    const messages = around.isQuick ? 1 : MESSAGES / CONTACTS / count;
    const volumes = running.map((name) => ({ to: around.phoneOf(name), contacts: CONTACTS, messages }));
    const readings = await burst(around, client, 'Inbound', volumes);
    await around.close(client);
    return [memory, { name: 'IdleCpu', value: 100 * share.contestant, unit: '% of a core' }, ...readings];
  },
});
