import type { EventType, Manager, WharfEvent } from '@wharf/core';
import type { NodeLife } from './define-node.js';

/** Reads events for a node while it lives; after a deploy or a restart it goes on where it stopped. */
export function consume(
  life: NodeLife,
  manager: Manager,
  { deviceId, types }: { deviceId: string | undefined; types: EventType[] },
  handler: (event: WharfEvent) => void,
): void {
  if (life.isClosed) return;
  const name = consumerName(life.node.id, deviceId);
  const ofDevice = deviceId === undefined ? {} : { deviceId };
  const consumer = manager.consume({ name, types, startAt: 'now', ...ofDevice }, (event) => {
    if (event.type === 'events.missed') life.node.warn(life.RED._('errors.EVENTS_MISSED'));
    else handler(event);
  });
  life.owns(async (isRemoved) => {
    await consumer.stop();
    if (isRemoved) await manager.deleteConsumer(name);
  });
}

/** The name of a node's cursor. Another device begins anew: its old events were never meant for this node. */
export function consumerName(nodeId: string, deviceId = '*'): string {
  return `node-red:${nodeId}:${deviceId}`;
}
