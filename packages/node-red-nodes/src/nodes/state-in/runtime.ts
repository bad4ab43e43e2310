import type { Manager } from '@wharf/core';
import { z } from 'zod';
import type { Connection } from '../../shared/connect.js';
import type { NodeLife, NodeType } from '../../shared/define-node.js';
import { consume } from '../../shared/events.js';
import { useDevice } from '../device/slot.js';
import { toPresentStateMessage, toStateMessage } from './message.js';

const config = z.object({
  scope: z.enum(['one', 'all']).default('one'),
  device: z.string().default(''),
  emitPresent: z.boolean().default(false),
});

/** Sends a message whenever a device, or any device, goes from one state to another. */
export function stateInNode(connection: Connection): NodeType<z.infer<typeof config>> {
  return {
    type: 'wharf-state-in',
    version: 1,
    config,
    setUp(life, { scope, device, emitPresent }) {
      const source = scope === 'all' ? { manager: () => connection.manager() } : useDevice(life, device);
      const deviceId = 'deviceId' in source ? source.deviceId : undefined;
      life.background(async () => {
        const manager = await source.manager();
        await life.started;
        if (emitPresent) await sendPresent(life, manager, deviceId);
        consume(life, manager, { deviceId, types: ['device.state', 'events.missed'] }, (event) => {
          if (event.type === 'device.state') life.node.send(toStateMessage(event));
        });
      });
    },
  };
}

async function sendPresent(life: NodeLife, manager: Manager, deviceId: string | undefined): Promise<void> {
  const devices = deviceId ? [await manager.getDevice(deviceId)] : await manager.listDevices();
  if (life.isClosed) return;
  for (const device of devices) life.node.send(toPresentStateMessage(device, Date.now()));
}
