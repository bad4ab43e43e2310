import type { Simulator } from '../simulator.js';
import type { TrafficResult } from './traffic.js';
import type { TrafficVolume } from './volume.js';

/** Lets many people write to every device that logs in for the first time, and says how fast it took it. */
export function sendTrafficToNewDevices(
  simulator: Simulator,
  volume: TrafficVolume,
  report: (text: string) => void,
): void {
  const seen = new Set<string>();
  simulator.on('connection', ({ jid, open }) => {
    if (!jid || !open || seen.has(jid)) return;
    seen.add(jid);
    simulator
      .prepareTraffic({ to: jid, ...volume })
      .then((traffic) => traffic.run())
      .then((result) => report(`${jid}: ${describe(result)}`))
      .catch((error: Error) => report(`No traffic for ${jid}: ${error.message}`));
  });
}

function describe({ messages, confirmed, ms }: TrafficResult): string {
  const perSecond = Math.round(confirmed / (ms / 1_000));
  return `${confirmed} of ${messages} texts confirmed in ${Math.round(ms)} ms (${perSecond} per second)`;
}
