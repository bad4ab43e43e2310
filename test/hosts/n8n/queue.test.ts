import { createSimulator, type Simulator } from '@wharf/simulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { N8nHost } from './host.js';
import { type QueueServers, startQueueServers } from './servers.js';

describe('The package in n8n in queue mode', () => {
  let simulator: Simulator;
  let servers: QueueServers;
  let host: N8nHost;

  beforeAll(async () => {
    simulator = await createSimulator({ receiptDelayMs: 20 });
    servers = await startQueueServers();
    host = await N8nHost.start({ endpoint: simulator.endpoint, env: servers.env });
    await Promise.all([host.startWorker(), host.startWorker()]);
  }, 900_000);

  afterAll(async () => {
    await host?.remove();
    await servers?.stop();
    await simulator?.close();
  });

  it('starts', () => {
    expect(host.workers.map(({ isAlive }) => isAlive)).toEqual([true, true]);
  });
});
