import { type DeviceHost, type EventType, eventTypes } from '@wharf/core';
import { z } from 'zod';
import type { Connection } from '../../shared/connect.js';
import type { NodeLife, NodeType } from '../../shared/define-node.js';
import { deliver } from '../../shared/deliver.js';
import { consume } from '../../shared/events.js';
import { type Slot, useDevice } from '../device/slot.js';
import { toEventMessage, toPresentStateMessage, toStateMessage } from './message.js';

const config = z.object({
  scope: z.enum(['one', 'all']).default('one'),
  device: z.string().default(''),
  events: z.array(z.enum(eventTypes)).default(['device.state']),
  emitPresent: z.boolean().default(false),
});

/** Sends a message whenever a device goes from one state to another, or something else happens that was asked for. */
export function stateInNode(connection: Connection): NodeType<z.infer<typeof config>> {
  return {
    type: 'wharf-state-in',
    version: 1,
    config,
    setUp(life, { scope, device, events, emitPresent }) {
      const types: EventType[] = [...events, 'events.missed'];
      const listen = (host: DeviceHost, deviceId: string | undefined) =>
        consume(life, host, { deviceId, types }, (event) => {
          const isState = event.type === 'device.state';
          return deliver(life, isState ? toStateMessage(event) : toEventMessage(event));
        });
      const begin = async (source: Pick<Slot, 'host'>, deviceId?: string) => {
        const host = await source.host();
        await life.started;
        if (emitPresent) await sendPresent(life, host, deviceId);
        listen(host, deviceId);
      };
      if (scope === 'one') {
        const slot = useDevice(life, device);
        life.background(() => begin(slot, slot.deviceId));
        return;
      }
      life.background(async () => {
        await life.started;
        for (const place of connection.places()) life.background(() => begin(place));
      });
    },
  };
}

async function sendPresent(life: NodeLife, host: DeviceHost, deviceId: string | undefined): Promise<void> {
  const devices = deviceId ? [await host.act('device.get', { deviceId })] : await host.act('device.list', {});
  if (life.isClosed) return;
  for (const device of devices) life.node.send(toPresentStateMessage(device, Date.now()));
}
