import type { Measure } from '../measure.js';

/** A hundred devices linked at once; then, in a new process, the same hundred connected at once. */
export const fleet: Measure = {
  name: 'fleet',
  // A hundred of its devices write more key files at once than a process may have open (EMFILE).
  leavesOut: ['bare-files'],
  rounds: 3,
  async run(around) {
    const { simulator } = around;
    const endpoint = await simulator.call('endpoint');
    const folder = around.newFolder();
    const devices = Array.from({ length: around.isQuick ? 2 : 100 }, (_, index) => `device-${index + 1}`);

    const first = await around.start(folder);
    await first.call('open', endpoint);
    const pairing = await around.watchCpu(first);
    const pairMs = await first.call('pair', devices);
    const pairCpu = await pairing.stop();
    await around.close(first);

    const second = await around.start(folder);
    const starting = await around.watchCpu(second);
    const startMs = await second.call('restore', endpoint);
    const startCpu = await starting.stop();
    await around.close(second);
    return [
      { name: 'pair100', value: pairMs, unit: 'ms', cpuShare: pairCpu.share },
      { name: 'pair100Cpu', value: pairCpu.contestantMs, unit: 'ms' },
      { name: 'startup100', value: startMs, unit: 'ms', cpuShare: startCpu.share },
      { name: 'startup100Cpu', value: startCpu.contestantMs, unit: 'ms' },
    ];
  },
};
