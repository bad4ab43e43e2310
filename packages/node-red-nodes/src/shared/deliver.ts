import type { Node } from 'node-red';
import type { Answer, NodeLife } from './define-node.js';
import { deployed } from './deploy.js';

/** A deploy has closed the nodes behind a node before they had its message, and the node with them. */
export class NotDelivered extends Error {}

/**
 * Sends a message of a node, and resolves when the nodes behind it have it.
 *
 * Node-RED hands a message over a moment after `send`, and drops it when a deploy has closed the next node by then. Then it
 * is sent again to the nodes that come in their place; when this node is closed as well, its successor has to send it.
 *
 * @throws NotDelivered
 */
export async function deliver(life: NodeLife, message: Answer): Promise<void> {
  for (;;) {
    if (life.isClosed) throw new NotDelivered();
    const before = nodesBehind(life);
    life.node.send(message);
    // Queued after Node-RED's own, so it has been handed over, or dropped, when this is called.
    await new Promise((resolve) => setImmediate(resolve));
    const after = nodesBehind(life);
    if (before.every((node, index) => node === after[index])) return;
    if (!life.isClosed) await deployed(life.RED);
  }
}

function nodesBehind({ RED, node }: NodeLife): unknown[] {
  const { wires = [] } = node as Node & { wires?: string[][] };
  return wires.flat().map((id) => RED.nodes.getNode(id));
}
