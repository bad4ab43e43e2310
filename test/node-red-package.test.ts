import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

/**
 * What the scorecard of the flow library asks for (`node-red-dev validate`, 0.1.6), by its numbers.
 *
 * P02 is off in the tool; P08 and N01 compare with the library's catalogue, and D03 with the registry: they need a network.
 */
const folder = join(import.meta.dirname, '../packages/node-red-nodes');
const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
const examples = readdirSync(join(folder, 'examples'));
const nodes = readdirSync(join(folder, 'src/nodes'));
const flows: { type: string }[][] = examples.map((file) =>
  JSON.parse(readFileSync(join(folder, 'examples', file), 'utf8')),
);

describe('The scorecard of the Node-RED package', () => {
  it('P01, P03 to P05: a licence, a repository, a scoped name, the keyword', () => {
    expect(manifest.license).toBe('MIT');
    expect(manifest.repository.url).toMatch(/^git\+https:/);
    expect(manifest.bugs.url).toMatch(/^https:/);
    expect(manifest.name).toMatch(/^@[a-z\d][\w-.]+\/[a-z\d][\w-.]*$/);
    expect(manifest.keywords).toContain('node-red');
  });

  it('P06 and P07: the versions of Node-RED, and of the Node.js its newest one needs', () => {
    expect(manifest['node-red'].version).toBe('>=4.0.0');
    const newest = JSON.parse(readFileSync(join(folder, '../../node_modules/node-red/package.json'), 'utf8'));
    expect(manifest.engines.node).toBe('>=22.9.0');
    expect(newest.engines.node).toMatch(/^>=\s*22\.9/);
  });

  it('N02: every node is in an example, and every example is a list', () => {
    for (const flow of flows) expect(Array.isArray(flow)).toBe(true);
    const used = new Set(flows.flat().map(({ type }) => type));
    const missing = nodes.filter((node) => node !== 'device' && !used.has(`wharf-${node}`));
    expect(missing).toEqual([]);
  });

  it('D01 and D02: at the most six dependencies, and none that is known to be bad', () => {
    expect(Object.keys(manifest.dependencies).length).toBeLessThanOrEqual(6);
    expect(manifest.dependencies).not.toHaveProperty('agent-base');
  });

  it('the nodes are declared where the tool looks for them: by literals, in the script of the HTML file', () => {
    for (const node of nodes) {
      const source = readFileSync(join(folder, 'src/nodes', node, 'editor.ts'), 'utf8');
      expect(source).toMatch(new RegExp(`registerType<[^>]+>\\('wharf-${node}', \\{\\n\\s+category: '`));
      if (node !== 'device') expect(source).toMatch(/\n\s+inputs: \d,\n\s+outputs: \d,/);
    }
  });
});

describe('An example', () => {
  it.each(examples)('%s says what it does, stands alone, and has no device of ours in it', (file) => {
    const flow = flows[examples.indexOf(file)] as {
      id: string;
      type: string;
      device?: string;
      wires?: string[][];
    }[];
    expect(flow[0]).toMatchObject({ type: 'comment', info: expect.stringMatching(/\w{3}/) });
    const ids = new Set(flow.map(({ id }) => id));
    expect(ids.size).toBe(flow.length);
    expect(flow.flatMap(({ wires = [] }) => wires.flat()).filter((id) => !ids.has(id))).toEqual([]);
    expect(flow.filter(({ type, device }) => type === 'wharf-device' || device)).toEqual([]);
  });

  it('no two examples share an ID', () => {
    const ids = flows.flat().map((node) => (node as { id?: string }).id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
