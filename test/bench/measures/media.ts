import type { Measure } from '../measure.js';

/** Files that somebody has sent: until all of them are here, decrypted and verified, a few at a time. */
export const media: Measure = {
  name: 'media',
  // It is not waited for a disk here.
  leavesOut: ['wharf-power'],
  rounds: 3,
  async run(around) {
    const { simulator } = around;
    const { client, device, phone } = await around.startLinked();
    await client.call('trust', await simulator.call('caCertificate'));
    const [count, bytes] = around.isQuick ? [2, 10_000] : [40, 2_000_000];
    await client.call('expectMessages', count);
    const ids = await simulator.call('sendFiles', phone, count, bytes);
    await client.call('received');
    const cpu = await around.watchCpu(client);
    const tookMs = await client.call('download', device, ids);
    const { share, contestantMs } = await cpu.stop();
    await around.close(client);
    const megabytes = (count * bytes) / 1e6;
    return [
      { name: 'mediaIn', value: megabytes / (tookMs / 1_000), unit: 'MB/s', cpuShare: share },
      { name: 'mediaInCpu', value: contestantMs / megabytes, unit: 'ms/MB' },
    ];
  },
};
