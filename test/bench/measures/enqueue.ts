import type { Measure } from '../measure.js';
import { percentile } from '../statistics.js';

/** How long a caller waits until a text is accepted: on disk in the queue; for bare Baileys, which has none, written to the socket. */
export const enqueue: Measure = {
  name: 'enqueue',
  rounds: 3,
  async run(around) {
    const { simulator } = around;
    const { client, device } = await around.startLinked();
    const [phone = ''] = await simulator.call('addContacts', 1);
    await simulator.call('expectArrivals', 1);
    await client.call('send', device, [phone], 1);
    await simulator.call('arrived');
    const texts = around.isQuick ? 3 : 200;
    await simulator.call('expectArrivals', texts);
    const tookMs = await client.call('sendSteadily', device, phone, texts, around.isQuick ? 1 : 20);
    await simulator.call('arrived');
    await around.close(client);
    return [
      { name: 'enqueueP50', value: percentile(tookMs, 50), unit: 'ms' },
      { name: 'enqueueP99', value: percentile(tookMs, 99), unit: 'ms' },
    ];
  },
};
