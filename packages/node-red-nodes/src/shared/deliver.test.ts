import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { NodeLife } from './define-node.js';
import { deliver, NotDelivered } from './deliver.js';
import { type FakeNode, FakeNodeRed } from './fake-node-red.js';

/** A node that is wired to `next`, and what a deploy does to it in the moment between a send and its delivery. */
async function create(): Promise<{ red: FakeNodeRed; node: FakeNode; life: NodeLife }> {
  const red = new FakeNodeRed();
  red.configNodes.set('next', {});
  let life: NodeLife | undefined;
  red.define({
    type: 'wharf-test',
    version: 1,
    config: z.object({}),
    setUp(given) {
      life = given;
      Object.assign(given.node, { wires: [['next']] });
    },
  });
  const node = await red.create();
  return { red, node, life: life as NodeLife };
}

describe('A message of a node', () => {
  it('is delivered when the node behind it is still there', async () => {
    const { node, life } = await create();
    await deliver(life, { payload: 1 });
    expect(node.sent).toEqual([{ payload: 1 }]);
  });

  it('is sent again to the node that a deploy has put in the place of the one behind', async () => {
    const { red, node, life } = await create();
    const delivered = deliver(life, { payload: 1 });
    red.configNodes.set('next', {});
    await new Promise((resolve) => setImmediate(resolve));
    expect(node.sent).toHaveLength(1);
    red.events.emit('flows:started');
    await delivered;
    expect(node.sent).toHaveLength(2);
  });

  it('is left to the successor when the node was closed as well', async () => {
    const { red, node, life } = await create();
    const delivered = deliver(life, { payload: 1 });
    const refused = expect(delivered).rejects.toThrow(NotDelivered);
    red.configNodes.delete('next');
    await node.close();
    await refused;
    await expect(deliver(life, { payload: 2 })).rejects.toThrow(NotDelivered);
    expect(node.sent).toHaveLength(1);
  });
});
