import type { Measure } from '../measure.js';
import { burst, makeAcquainted } from './burst.js';

/** Texts of many people, each in a chat of their own with the device. */
export const inbound: Measure = {
  name: 'inbound',
  rounds: 7,
  async run(around) {
    const { client, device, phone } = await around.startLinked();
    const contacts = around.isQuick ? 3 : 100;
    await makeAcquainted(around, client, device, phone, contacts);
    const volume = { to: phone, contacts, messages: around.isQuick ? 2 : 50 };
    const readings = await burst(around, client, 'inbound', [volume]);
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
    const volume = { to: phone, groups: 1, members, messages: around.isQuick ? 2 : 25 };
    const readings = await burst(around, client, 'inboundGroup', [volume]);
    await around.close(client);
    return readings;
  },
};
