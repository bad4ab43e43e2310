import { contestantNames } from '../contestants/all.js';
import type { Measure } from '../measure.js';
import { burst, makeAcquainted } from './burst.js';

const CONTACTS = 5;
const MESSAGES = 10_000;

/** Texts to twenty devices at once: all in one thread, against two threads with ten each. */
export const threads: Measure<{ folder: string; devices: string[] }> = {
  name: 'threads',
  rounds: 5,
  leavesOut: contestantNames.filter((name) => name !== 'wharf'),
  takesAlso: ['wharf-threads'],
  async prepare(around) {
    const folder = around.newFolder();
    const devices = Array.from({ length: around.isQuick ? 2 : 20 }, (_, index) => `device-${index + 1}`);
    const client = await around.start(folder);
    await client.call('open', await around.simulator.call('endpoint'));
    await client.call('pair', devices);
    // Everybody has written to every device, and it to them.
    for (const device of devices)
      await makeAcquainted(around, client, device, around.phoneOf(device), CONTACTS);
    await around.close(client);
    return { folder, devices };
  },
  async run(around, { folder, devices }) {
    const client = await around.start(folder);
    await client.call('restore', await around.simulator.call('endpoint'));
    const volumes = (messages: number) =>
      devices.map((device) => ({ to: around.phoneOf(device), contacts: CONTACTS, messages }));
    // What every thread compiles as it runs is not what is compared.
    await burst(around, client, 'warmUp', volumes(1));
    const messages = around.isQuick ? 1 : MESSAGES / CONTACTS / devices.length;
    const readings = await burst(around, client, 'threadsInbound', volumes(messages));
    await around.close(client);
    return readings;
  },
};
