import type { Measure } from '../measure.js';

/** Texts to several people, from the first one handed over until the last one has come in at the server. */
export const outbound: Measure = {
  name: 'outbound',
  rounds: 5,
  async run(around) {
    const { simulator } = around;
    const { client, device } = await around.startLinked();
    const phones = await simulator.call('addContacts', around.isQuick ? 2 : 10);
    // The first message of a chat looks up devices and keys; the answer of the others' devices is not waited for.
    await simulator.call('expectArrivals', phones.length);
    await client.call('send', device, phones, 1);
    await simulator.call('arrived');

    const textsEach = around.isQuick ? 2 : 200;
    const count = phones.length * textsEach;
    await simulator.call('expectArrivals', count);
    const cpu = await around.watchCpu(client);
    const { startedAt } = await client.call('send', device, phones, textsEach);
    const lastAt = (await simulator.call('arrived')) ?? Number.NaN;
    const { share, contestantMs } = await cpu.stop();
    await around.close(client);
    return [
      {
        name: 'outbound',
        value: count / ((lastAt - startedAt) / 1_000),
        unit: 'messages/s',
        cpuShare: share,
      },
      { name: 'outboundCpu', value: (contestantMs * 1_000) / count, unit: 'µs/message' },
    ];
  },
};
