import { createSimulator, type Simulator } from '@wharf/simulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { N8nHost } from './host.js';
import { readManifest } from './package.js';
import { itemsOf } from './rest.js';
import { chain, node, start } from './workflows.js';

describe('The package in a real n8n', () => {
  let simulator: Simulator;
  let host: N8nHost;

  beforeAll(async () => {
    simulator = await createSimulator({ receiptDelayMs: 20 });
    host = await N8nHost.start({ endpoint: simulator.endpoint });
  }, 900_000);

  afterAll(async () => {
    await host?.remove();
    await simulator?.close();
  });

  it('loads every node and credential that it lists', async () => {
    const manifest = await readManifest();
    const types = await host.rest.nodeTypes();
    const ours = new Set(
      types.map(({ name }) => name).filter((name) => String(name).startsWith(manifest.name)),
    );
    expect(ours.size).toBeGreaterThanOrEqual(manifest.n8n.nodes.length);
    expect(host.main?.log).not.toContain('Error loading package');
  });

  it('runs a workflow', async () => {
    const set = node('Set', { type: 'n8n-nodes-base.noOp' });
    const saved = await host.rest.createWorkflow(chain('First', start(), set));
    const execution = await host.rest.run(saved);
    expect(execution.status).toBe('success');
    expect(itemsOf(execution, 'Set')).toHaveLength(1);
  });
});
