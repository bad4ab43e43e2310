import type { NodeOnCanvas, Workflow } from './rest.js';

type Draft = Partial<NodeOnCanvas> & { type: string };

/** A node of the canvas; what is not said has the usual value. */
export function node(name: string, { type, ...rest }: Draft): NodeOnCanvas {
  return {
    id: name.toLowerCase().replaceAll(' ', '-'),
    name,
    type,
    typeVersion: 1,
    position: [0, 0],
    parameters: {},
    ...rest,
  };
}

export const start = (): NodeOnCanvas => node('Start', { type: 'n8n-nodes-base.manualTrigger' });

/** Nodes one after the other, from left to right. */
export function chain(name: string, ...nodes: NodeOnCanvas[]): Workflow {
  const placed = nodes.map((one, index) => ({ ...one, position: [index * 220, 0] as [number, number] }));
  const connections: Workflow['connections'] = {};
  for (const [index, next] of placed.slice(1).entries()) {
    const from = placed[index]?.name ?? '';
    connections[from] = { main: [[{ node: next.name, type: 'main', index: 0 }]] };
  }
  return { name, nodes: placed, connections };
}

/** All `nodes` after the last one of the chain, done from top to bottom. */
export function fan(before: Workflow, nodes: NodeOnCanvas[]): Workflow {
  const last = before.nodes.at(-1)?.name ?? '';
  const placed = nodes.map((one, index) => ({ ...one, position: [900, index * 120] as [number, number] }));
  const targets = placed.map(({ name }) => ({ node: name, type: 'main', index: 0 }));
  return {
    ...before,
    nodes: [...before.nodes, ...placed],
    connections: { ...before.connections, [last]: { main: [targets] } },
  };
}
