import type { DeviceHost, EventType, WharfEvent } from '@wharf/core';
import type { NodeLife } from './define-node.js';
import { NotDelivered } from './deliver.js';

/** Reads events for a node while it lives, wherever the device runs; after a deploy or a restart it goes on where it stopped. */
export function consume(
  life: NodeLife,
  host: DeviceHost,
  { deviceId, types }: { deviceId: string | undefined; types: EventType[] },
  handler: (event: WharfEvent) => void | Promise<void>,
): void {
  if (life.isClosed) return;
  const name = consumerName(life.node.id, deviceId);
  const ofDevice = deviceId === undefined ? {} : { deviceId };
  const reading = host.consume({ name, types, startAt: 'now', ...ofDevice }, async (event) => {
    try {
      if (event.type === 'events.missed') life.node.warn(life.RED._('errors.EVENTS_MISSED'));
      else await handler(event);
    } catch (thrown) {
      // The cursor stays: the successor of this node begins with this event.
      if (thrown instanceof NotDelivered) throw thrown;
      // Thrown at the log, it would come again and again and hold up all that follows.
      life.fail(thrown);
    }
  });
  life.owns(async (isRemoved) => {
    await reading.stop();
    if (isRemoved) await host.deleteConsumer(name);
  });
}

/** The name of a node's cursor. Another device begins anew: its old events were never meant for this node. */
export function consumerName(nodeId: string, deviceId = '*'): string {
  return `node-red:${nodeId}:${deviceId}`;
}
