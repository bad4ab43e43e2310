import { createSimulator, type Simulator } from '@wharf/simulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FlowNode, measureFlow, NodeRedHost, record } from './host.js';
import { underTraffic } from './traffic.js';

const PHONE = '491701234567';
const VERA = '491709999999';

interface Recorded {
  payload: string;
  error?: { code: string };
}

const flows = (prefix = ''): FlowNode[] => [
  { id: `${prefix}tab`, type: 'tab', label: 'Test' },
  { id: `${prefix}device`, type: 'wharf-device', name: 'Test', deviceId: 'phone-1', version: 1 },
  {
    id: `${prefix}in`,
    z: `${prefix}tab`,
    type: 'wharf-message-in',
    device: `${prefix}device`,
    version: 2,
    wires: [[`${prefix}seen`]],
  },
  record(`${prefix}seen`, `${prefix}received`, `${prefix}tab`),
  {
    id: `${prefix}hello`,
    z: `${prefix}tab`,
    type: 'inject',
    props: [{ p: 'payload', v: `from ${prefix}`, vt: 'str' }],
    wires: [[`${prefix}send`]],
  },
  {
    id: `${prefix}send`,
    z: `${prefix}tab`,
    type: 'wharf-send',
    device: `${prefix}device`,
    to: VERA,
    toType: 'str',
    version: 2,
    wires: [[`${prefix}sent`]],
  },
  record(`${prefix}sent`, `${prefix}sent`, `${prefix}tab`),
];

describe('A device in Node-RED', { timeout: 90_000 }, () => {
  let simulator: Simulator;
  let host: NodeRedHost;

  beforeAll(async () => {
    simulator = await createSimulator({ receiptDelayMs: 20 });
    host = await NodeRedHost.start({ endpoint: simulator.endpoint });
    await host.link('phone-1', (qr) => simulator.scan(qr, { phone: PHONE, name: 'Ada' }));
    simulator.addContact({ phone: VERA, name: 'Vera' });
  }, 60_000);

  afterAll(async () => {
    await host?.remove();
    await simulator?.close();
  });

  const connections = () => simulator.account(PHONE).devices.map((device) => device.connectionsOpened);
  const texts = async (tag = 'received') =>
    (await host.recorded<Recorded>(tag)).map(({ payload }) => payload);

  it('keeps one connection over 50 full deploys under traffic, and nothing grows', async () => {
    const all = [...flows(), ...measureFlow];
    await host.deploy(all);
    await host.waitForState('phone-1', 'connected');
    for (let round = 0; round < 5; round += 1) await host.deploy(all);
    const before = await host.measure();
    const opened = connections();
    const written = await underTraffic(simulator.contact(VERA), PHONE, 'deploy', async () => {
      for (let round = 0; round < 50; round += 1) await host.deploy(all);
    });
    await host.waitForRecorded('received', written.length, 30_000);
    expect(await texts()).toEqual(written);
    expect(connections()).toEqual(opened);
    const after = await host.measure();
    expect(after.listeners).toBe(before.listeners);
    // A connection of the browser's kind and what traffic needs come and go; a leak would be one for each deploy.
    expect(after.handles).toBeLessThan(before.handles + 10);
    expect(after.timers).toBeLessThan(before.timers + 10);
    expect(host.log).not.toContain('MaxListenersExceededWarning');
  });

  it('loses and repeats nothing when Node-RED is killed under traffic', async () => {
    const count = (await texts()).length;
    const written = await underTraffic(simulator.contact(VERA), PHONE, 'kill', async () => {
      await host.waitForRecorded('received', count + 10);
      await host.kill();
    });
    await host.start();
    await host.waitForRecorded('received', count + written.length, 30_000);
    expect((await texts()).slice(count)).toEqual(written);
  });

  it('ends in time on SIGTERM under traffic, with everything stored', async () => {
    const count = (await texts()).length;
    let tookMs = 0;
    const written = await underTraffic(simulator.contact(VERA), PHONE, 'term', async () => {
      await host.waitForRecorded('received', count + 5);
      tookMs = await host.stop();
    });
    expect(tookMs).toBeLessThan(2_000);
    await host.start();
    await host.waitForRecorded('received', count + written.length, 30_000);
    expect((await texts()).slice(count)).toEqual(written);
    expect(host.log).not.toContain('Close timed out');
  });

  it('is shared by two Node-RED processes on one user directory', async () => {
    await host.waitForState('phone-1', 'connected');
    const opened = connections();
    const other = await host.startBeside('other.json');
    try {
      await other.deploy(flows('b-'));
      await other.waitForState('phone-1', 'connected');
      const count = (await texts()).length;
      await simulator.contact(VERA).send(PHONE, 'to both');
      await host.waitForRecorded('received', count + 1);
      expect((await other.waitForRecorded<Recorded>('b-received', 1)).map(({ payload }) => payload)).toEqual([
        'to both',
      ]);
      await host.inject('hello');
      await other.inject('b-hello');
      for (const text of ['from ', 'from b-'])
        await simulator
          .contact(VERA)
          .waitForMessage((message) => message.text === text.trim() || message.text === text);
      expect(connections()).toEqual(opened);
    } finally {
      await other.stop();
    }
    await host.waitForState('phone-1', 'connected');
    expect(connections()).toEqual(opened);
  });
});
