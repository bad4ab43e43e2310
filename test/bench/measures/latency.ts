import type { Measure } from '../measure.js';
import { percentile } from '../statistics.js';

/** How long a text takes from the server's socket to the consumer, when there is nothing else to do. */
export const latency: Measure = {
  name: 'latency',
  rounds: 3,
  async run(around) {
    const { simulator } = around;
    const { client, phone } = await around.startLinked();
    // The first one is not counted: it makes the session.
    const texts = around.isQuick ? 3 : 201;
    await client.call('expectMessages', texts);
    const sentAt = await simulator.call('writeSteadily', phone, texts, around.isQuick ? 1 : 20);
    const { handledAt } = await client.call('received');
    await around.close(client);
    const tookMs = Object.entries(handledAt)
      .flatMap(([id, at]) => (sentAt[id] === undefined ? [] : at - sentAt[id]))
      .slice(1);
    return [
      { name: 'inboundLatencyP50', value: percentile(tookMs, 50), unit: 'ms' },
      { name: 'inboundLatencyP99', value: percentile(tookMs, 99), unit: 'ms' },
    ];
  },
};
