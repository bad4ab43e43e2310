import { burst, makeAcquainted } from '../measures/burst.js';
import { curveMeasure } from './curve.js';
import { memoryOf } from './memory.js';

const MESSAGES = 10_000;

/** Chats of one device, each with somebody whose session is in the store, and all of them writing. */
export const chats = curveMeasure({
  axis: 'chats',
  at: [10, 1_000, 10_000],
  quickAt: [2, 3],
  async take(around, contacts) {
    const { client, device, phone } = await around.startLinked();
    await makeAcquainted(around, client, device, phone, contacts);
    const messages = around.isQuick ? 1 : MESSAGES / contacts;
    const readings = await burst(around, client, 'Inbound', [{ to: phone, contacts, messages }]);
    const memory = await memoryOf(around, client);
    await around.close(client);
    return [memory, ...readings];
  },
});
