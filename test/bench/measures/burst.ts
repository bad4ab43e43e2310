import type { TrafficOptions } from '@wharf/simulator';
import type { Reading } from '../measure.js';
import type { ContestantProcess, Surroundings } from '../surroundings.js';

/** Writes to and fro once, so that what follows is what passes in a chat every day and not its first message. */
export async function makeAcquainted(
  { simulator }: Surroundings,
  client: ContestantProcess,
  device: string,
  phone: string,
  contacts: number,
): Promise<void> {
  const count = await simulator.call('prepareTraffic', { to: phone, contacts, messages: 1 });
  await client.call('expectMessages', count);
  await simulator.call('runTraffic');
  await client.call('received');
  const phones = (await simulator.call('trafficPhones')).slice(0, contacts);
  await simulator.call('expectArrivals', phones.length);
  await client.call('send', device, phones, 1);
  await simulator.call('arrived');
}

/** Hands texts to the server, all at once, and waits until so many consumers have got all of them. */
export async function burst(
  around: Surroundings,
  client: ContestantProcess,
  name: string,
  volumes: TrafficOptions[],
  consumers = 1,
): Promise<Reading[]> {
  const { simulator } = around;
  const count = await simulator.call('prepareTraffic', ...volumes);
  await client.call('expectMessages', count * consumers);
  const cpu = await around.watchCpu(client);
  const startedAt = await simulator.call('runTraffic');
  const { finishedAt, lagP99Ms, longestLagMs } = await client.call('received');
  const { share, contestantMs } = await cpu.stop();
  return [
    { name, value: count / ((finishedAt - startedAt) / 1_000), unit: 'messages/s', cpuShare: share },
    { name: `${name}Cpu`, value: (contestantMs * 1_000) / count, unit: 'µs/message' },
    { name: `${name}EventLoopLagP99`, value: lagP99Ms, unit: 'ms' },
    { name: `${name}EventLoopLagMax`, value: longestLagMs, unit: 'ms' },
  ];
}
