import { setTimeout as pause } from 'node:timers/promises';
import type { Measure, Reading } from '../measure.js';
import type { ContestantProcess, Surroundings } from '../surroundings.js';

const MEGABYTE = 1024 * 1024;

/** Until what connecting has thrown away is collected, as far as it ever is. */
const SETTLE_MS = 2_000;

/** As long as the longest rest between two signs of life of an idle connection, so that each has one in it. */
const WATCH_MS = 31_000;

const LEAN = ['--max-semi-space-size=4'];

/** What a device that is connected and has nothing to do takes: memory for growing numbers of them, and processor time. */
export const idle: Measure<{ folder: string; devices: string[] }> = {
  name: 'idle',
  // It is not waited for a disk here; and so many devices of `bare-files` cannot be linked at once: see `fleet`.
  leavesOut: ['wharf-power', 'bare-files'],
  rounds: 2,
  async prepare(around) {
    const folder = around.newFolder();
    const devices = Array.from(
      { length: Math.max(...countsOf(around)) },
      (_, index) => `device-${index + 1}`,
    );
    const client = await around.start(folder);
    await client.call('open', await around.simulator.call('endpoint'));
    await client.call('pair', devices);
    await around.close(client);
    return { folder, devices };
  },
  async run(around, { folder, devices }) {
    const counts = countsOf(around);
    const client = await around.start(folder);
    const memory = await connectInSteps(around, client, devices, counts, 'memory');
    const cpu = await around.watchCpu(client);
    await pause(around.isQuick ? 1 : WATCH_MS);
    const { share } = await cpu.stop();
    await around.close(client);

    const lean = await around.start(folder, LEAN);
    const leanMemory = await connectInSteps(around, lean, devices, counts.slice(0, 3), 'leanMemory');
    await around.close(lean);
    const perDevice = (100 * share.contestant) / devices.length;
    return [...memory, ...leanMemory, { name: 'cpuPerIdleDevice', value: perDevice, unit: '% of a core' }];
  },
};

const countsOf = ({ isQuick }: Surroundings): number[] => (isQuick ? [1, 2, 3] : [1, 20, 100, 250]);

/** Connects one device after the other and reads the memory of the process at certain numbers of them. */
async function connectInSteps(
  around: Surroundings,
  client: ContestantProcess,
  devices: string[],
  counts: number[],
  name: string,
): Promise<Reading[]> {
  await client.call('open', await around.simulator.call('endpoint'));
  const readings: Reading[] = [];
  const megabytes: number[] = [];
  for (const [index, device] of devices.slice(0, Math.max(...counts)).entries()) {
    await client.call('connect', device);
    const count = index + 1;
    if (!counts.includes(count)) continue;
    await pause(around.isQuick ? 1 : SETTLE_MS);
    megabytes.push((await client.call('usage')).rssBytes / MEGABYTE);
    readings.push({ name: `${name}${count}`, value: megabytes.at(-1) ?? 0, unit: 'MB' });
  }
  const [one = 0, , hundred = 0] = megabytes;
  const marginal = (hundred - one) / ((counts[2] ?? 0) - 1);
  return [...readings, { name: `${name}PerDevice`, value: marginal, unit: 'MB' }];
}
