import { z } from 'zod';
import type { Connection } from '../../shared/connect.js';
import type { NodeType } from '../../shared/define-node.js';
import { asObject } from '../../shared/object.js';
import { findDevice, useDevice } from '../device/slot.js';

const config = z.object({ device: z.string().default('') });

/** Unlinks a device from its account for every message; the payload is then the device as it is left. */
export function logoutNode(connection: Connection): NodeType<z.infer<typeof config>> {
  return {
    type: 'wharf-logout',
    version: 1,
    config,
    setUp(life, { device: configured }) {
      const slot = configured ? useDevice(life, configured) : undefined;

      life.onInput(async (message) => {
        const { host, deviceId } = await findDevice(life, connection, slot, message);
        const payload = await host.act('device.logout', { deviceId });
        const whatsapp = 'whatsapp' in message ? asObject(message.whatsapp) : {};
        return Object.assign(message, { payload, whatsapp: { ...whatsapp, device: deviceId } });
      });
    },
  };
}
