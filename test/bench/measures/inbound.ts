import type { Measure, Reading } from '../measure.js';
import type { ContestantProcess, Surroundings } from '../surroundings.js';

/** How many people write, and how many texts each. */
type Volume = { contacts: number; messages: number } | { groups: number; members: number; messages: number };

/** Texts of many people, each in a chat of their own with the device. */
export const inbound: Measure = {
  name: 'inbound',
  rounds: 3,
  async run(around) {
    const { client, device, phone } = await around.startLinked();
    const contacts = around.isQuick ? 3 : 100;
    await makeAcquainted(around, client, device, phone, contacts);
    const readings = await burst(around, client, phone, 'inbound', {
      contacts,
      messages: around.isQuick ? 2 : 25,
    });
    await around.close(client);
    return readings;
  },
};

/** Texts of the members of one large group. */
export const inboundGroup: Measure = {
  name: 'inbound-group',
  rounds: 3,
  async run(around) {
    const { client, device, phone } = await around.startLinked();
    const members = around.isQuick ? 3 : 99;
    await makeAcquainted(around, client, device, phone, members);
    const readings = await burst(around, client, phone, 'inboundGroup', {
      groups: 1,
      members,
      messages: around.isQuick ? 2 : 25,
    });
    await around.close(client);
    return readings;
  },
};

/** Writes to and fro once, so that what follows is what passes in a chat every day and not its first message. */
async function makeAcquainted(
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

async function burst(
  around: Surroundings,
  client: ContestantProcess,
  phone: string,
  name: string,
  volume: Volume,
): Promise<Reading[]> {
  const { simulator } = around;
  const count = await simulator.call('prepareTraffic', { to: phone, ...volume });
  await client.call('expectMessages', count);
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
