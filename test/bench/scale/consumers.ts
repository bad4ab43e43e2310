import { burst, makeAcquainted } from '../measures/burst.js';
import { curveMeasure } from './curve.js';
import { memoryOf } from './memory.js';

const CONTACTS = 20;

/** Consumers of one device, each reading everything with a cursor of its own: until the last one has got the last text. */
export const consumers = curveMeasure({
  axis: 'consumers',
  at: [1, 10, 50],
  quickAt: [1, 3],
  async take(around, count) {
    const { client, device, phone } = await around.startLinked();
    await makeAcquainted(around, client, device, phone, CONTACTS);
    if (count > 1) {
      // What was said so far is theirs, too.
      await client.call('expectMessages', CONTACTS * (count - 1));
      await client.call('addConsumers', count - 1);
      await client.call('received');
    }
    const volume = { to: phone, contacts: CONTACTS, messages: around.isQuick ? 1 : 125 };
    const readings = await burst(around, client, 'Inbound', [volume], count);
    const memory = await memoryOf(around, client);
    await around.close(client);
    return [memory, ...readings];
  },
});
