import type { Measure } from '../measure.js';

/** What was on the phone before: from the moment the QR code can be scanned until the last message of it is taken in. */
export const history: Measure = {
  name: 'history',
  // It is not waited for a disk here.
  leavesOut: ['wharf-power'],
  rounds: 3,
  async run(around) {
    const [people, each] = around.isQuick ? [60, 50] : [100, 100];
    const phone = around.reservePhone();
    await around.simulator.call('fillPhone', phone, people, each);
    const client = await around.start(around.newFolder());
    await client.call('open', await around.simulator.call('endpoint'));
    await client.call('expectHistory', people * each);
    const cpu = await around.watchCpu(client);
    const startedAt = await client.call('now');
    await client.call('pair', ['device-1']);
    const finishedAt = await client.call('historyReceived');
    const { share, contestantMs } = await cpu.stop();
    await around.close(client);
    return [
      { name: 'history10000', value: finishedAt - startedAt, unit: 'ms', cpuShare: share },
      { name: 'history10000Cpu', value: contestantMs, unit: 'ms' },
    ];
  },
};
