import type { NodeAPI } from 'node-red';

const running = new WeakMap<NodeAPI['events'], Promise<void>>();

/**
 * Resolves when every node of the deploy under way is there.
 *
 * Nodes are constructed one after the other; a message or an error sent before the last one is there is lost.
 * One listener serves all nodes: Node-RED warns of a leak at the eleventh.
 */
export function deployed({ events }: Pick<NodeAPI, 'events'>): Promise<void> {
  const known = running.get(events);
  if (known) return known;
  const end = new Promise<void>((resolve) => {
    events.once('flows:started', () => {
      running.delete(events);
      resolve();
    });
  });
  running.set(events, end);
  return end;
}
