import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createSimulator, type Simulator } from '@wharf/simulator';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type DeployType, type FlowNode, NodeRedHost, record } from './host.js';

const PHONE = '491701234567';
const examples = join(import.meta.dirname, '../../../packages/node-red-nodes/examples');
const VERA = '491709999999';

interface Recorded {
  payload: unknown;
  topic?: string;
  error?: { code: string; message: string; source: { id: string } };
  whatsapp?: {
    reason?: string;
    chat?: string;
    sent?: { state: string };
    state?: object;
    isPresent?: boolean;
  };
}

const flows = (overrides: Record<string, object> = {}): FlowNode[] => {
  const nodes: FlowNode[] = [
    { id: 'tab', type: 'tab', label: 'Test' },
    { id: 'device', type: 'wharf-device', name: 'Test', deviceId: 'phone-1', version: 1 },
    { id: 'in', z: 'tab', type: 'wharf-message-in', device: 'device', version: 1, wires: [['seen']] },
    { ...record('seen', 'received'), wires: [['answer']] },
    {
      id: 'answer',
      z: 'tab',
      type: 'change',
      rules: [{ t: 'set', p: 'payload', pt: 'msg', to: '"you said " & payload', tot: 'jsonata' }],
      wires: [['send']],
    },
    { id: 'send', z: 'tab', type: 'wharf-send', device: 'device', version: 1, wires: [['sent']] },
    record('sent', 'sent'),
    {
      id: 'state',
      z: 'tab',
      type: 'wharf-state-in',
      device: 'device',
      scope: 'one',
      version: 1,
      wires: [['changed']],
    },
    record('changed', 'state'),
    { id: 'catch', z: 'tab', type: 'catch', scope: null, wires: [['caught']] },
    record('caught', 'caught'),
    { id: 'complete', z: 'tab', type: 'complete', scope: ['send'], wires: [['completed']] },
    record('completed', 'completed'),
  ];
  return nodes.map((node) => ({ ...node, ...overrides[node.id] }));
};

describe('The package in a real Node-RED', () => {
  let simulator: Simulator;
  let host: NodeRedHost;

  beforeAll(async () => {
    simulator = await createSimulator({ receiptDelayMs: 20 });
    host = await NodeRedHost.start({ endpoint: simulator.endpoint });
  }, 60_000);

  afterAll(async () => {
    await host?.remove();
    await simulator?.close();
  });

  const connections = () => simulator.account(PHONE).devices.map((device) => device.connectionsOpened);

  it('loads without an error', async () => {
    const sets = await host.json<{ module: string; types: string[]; err?: string }[]>('GET', 'nodes');
    const ours = sets.filter(({ module }) => module === '@wharf/node-red-whatsapp-device');
    expect(ours).toMatchObject([
      { enabled: true, types: expect.arrayContaining(['wharf-device', 'wharf-message-in', 'wharf-ask']) },
    ]);
    expect(ours[0]).not.toHaveProperty('err');
  });

  it('links a device before the first deploy, and a flow then answers', async () => {
    await host.link('phone-1', (qr) => simulator.scan(qr, { phone: PHONE, name: 'Ada' }));
    await host.deploy(flows());
    const vera = simulator.addContact({ phone: VERA, name: 'Vera' });
    await vera.send(PHONE, 'hi');
    await vera.waitForMessage(({ text }) => text === 'you said hi');
    const [received] = await host.waitForRecorded<Recorded>('received', 1);
    expect(received).toMatchObject({
      payload: 'hi',
      whatsapp: { device: 'phone-1', message: { sender: { name: 'Vera' } } },
    });
    expect(received?.topic).toBe(received?.whatsapp?.chat);
    const [sent] = await host.waitForRecorded<Recorded>('sent', 1);
    expect(sent).toMatchObject({
      payload: 'you said hi',
      whatsapp: { sent: { state: 'sent', messageId: expect.any(String) } },
    });
    expect(await host.waitForRecorded('completed', 1)).toHaveLength(1);
  });

  it.each<DeployType>(['full', 'flows', 'nodes', 'reload'])(
    'keeps one connection over a %s deploy',
    async (type) => {
      const before = connections();
      await host.deploy(flows(), type);
      await host.deploy(
        flows({ in: { name: `renamed for ${type}` }, device: { name: `renamed for ${type}` } }),
        type,
      );
      await host.waitForState('phone-1', 'connected');
      const count = (await host.recorded('received')).length;
      await simulator.contact(VERA).send(PHONE, `after ${type}`);
      await simulator.contact(VERA).waitForMessage(({ text }) => text === `you said after ${type}`);
      expect(await host.waitForRecorded('received', count + 1)).toHaveLength(count + 1);
      expect(connections()).toEqual(before);
    },
  );

  it('does not grow over many deploys of many nodes', async () => {
    const before = connections();
    const more = Array.from({ length: 30 }, (_, index) => ({
      id: `many-${index}`,
      z: 'tab',
      type: 'wharf-message-in',
      device: 'device',
      chat: '+1 555 010 0000',
    }));
    for (let round = 0; round < 12; round += 1) await host.deploy([...flows(), ...more]);
    await host.deploy(flows());
    await host.waitForState('phone-1', 'connected');
    expect(connections()).toEqual(before);
    expect(host.log.includes('MaxListenersExceededWarning')).toBe(false);
  });

  it('ends in time, and after a restart is logged in and gets what came meanwhile, once and in order', async () => {
    const before = (await host.recorded('received')).length;
    expect(await host.stop()).toBeLessThan(2_000);
    const texts = [1, 2, 3, 4, 5].map((number) => `while away ${number}`);
    for (const text of texts) await simulator.contact(VERA).send(PHONE, text);
    await host.start();
    await host.waitForRecorded('received', before + texts.length);
    // Five answers to one chat keep a pace: a second or more between two.
    await simulator
      .contact(VERA)
      .waitForMessage(({ text }) => text === 'you said while away 5', { timeoutMs: 15_000 });
    const received = (await host.recorded<Recorded>('received')).slice(before);
    expect(received.map(({ payload }) => payload)).toEqual(texts);
  });

  it('says why a second node cannot have the same device, and leaves the first alone', async () => {
    const connectionsBefore = connections();
    const second = [
      { id: 'device-2', type: 'wharf-device', name: 'Twin', deviceId: 'phone-1', version: 1 },
      { id: 'in-2', z: 'tab', type: 'wharf-message-in', device: 'device-2', version: 1, wires: [[]] },
    ];
    await host.deploy([...flows(), ...second]);
    const [caught] = await host.waitForRecorded<Recorded>('caught', 1);
    expect(caught?.error).toMatchObject({ code: 'DEVICE_CONFIGURED_TWICE', source: { id: 'in-2' } });
    await host.deploy(flows());
    await host.waitForState('phone-1', 'connected');
    expect(connections()).toEqual(connectionsBefore);
    expect(await host.recorded('caught')).toHaveLength(1);
  });

  it('takes every failure to the Catch node with its code, once', async () => {
    const inject = (id: string, payload: string, type: string, wire: string): FlowNode => ({
      id,
      z: 'tab',
      type: 'inject',
      props: [{ p: 'payload', v: payload, vt: type }],
      wires: [[wire]],
    });
    const cases: [code: string, sender: FlowNode, inject: FlowNode][] = [
      [
        'RECIPIENT_INVALID',
        { id: 'to-nobody', type: 'wharf-send', z: 'tab', device: 'device', wires: [[]] },
        inject('i1', 'x', 'str', 'to-nobody'),
      ],
      [
        'RECIPIENT_INVALID',
        {
          id: 'to-word',
          type: 'wharf-send',
          z: 'tab',
          device: 'device',
          to: 'Vera',
          toType: 'str',
          wires: [[]],
        },
        inject('i2', 'x', 'str', 'to-word'),
      ],
      [
        'MESSAGE_INVALID',
        {
          id: 'no-text',
          type: 'wharf-send',
          z: 'tab',
          device: 'device',
          to: VERA,
          toType: 'str',
          wires: [[]],
        },
        inject('i3', '{"a":1}', 'json', 'no-text'),
      ],
      [
        'DEVICE_NOT_CONFIGURED',
        {
          id: 'no-device',
          type: 'wharf-send',
          z: 'tab',
          device: 'gone',
          to: VERA,
          toType: 'str',
          wires: [[]],
        },
        inject('i4', 'x', 'str', 'no-device'),
      ],
      [
        'UNEXPECTED',
        {
          id: 'bad-jsonata',
          type: 'wharf-send',
          z: 'tab',
          device: 'device',
          to: '$error("no")',
          toType: 'jsonata',
          wires: [[]],
        },
        inject('i5', 'x', 'str', 'bad-jsonata'),
      ],
    ];
    const before = (await host.recorded('caught')).length;
    await host.deploy([...flows(), ...cases.flatMap(([, sender, starter]) => [sender, starter])]);
    for (const [index, [, , starter]] of cases.entries()) {
      await host.inject(starter.id);
      await host.waitForRecorded('caught', before + index + 1);
    }
    const caught = (await host.recorded<Recorded>('caught')).slice(before);
    const seen = caught.map(({ error }) => [error?.code, error?.source.id]);
    expect(seen).toEqual(cases.map(([code, sender]) => [code, sender.id]));
    expect(host.isAlive).toBe(true);
  });

  it('tells the present state of all devices when the flow starts, on request', async () => {
    const present: FlowNode[] = [
      {
        id: 'all',
        z: 'tab',
        type: 'wharf-state-in',
        scope: 'all',
        emitPresent: true,
        version: 1,
        wires: [['now']],
      },
      record('now', 'present'),
    ];
    await host.deploy([...flows(), ...present]);
    const [message] = await host.waitForRecorded<Recorded>('present', 1);
    expect(message).toMatchObject({ payload: 'connected', whatsapp: { device: 'phone-1', isPresent: true } });
  });

  it.each(readdirSync(examples))('starts the example %s', async (file) => {
    const example: FlowNode[] = JSON.parse(await readFile(join(examples, file), 'utf8'));
    const placed = example.map((node) => ({
      ...node,
      z: 'tab',
      ...('device' in node ? { device: 'device' } : {}),
    }));
    const caught = (await host.recorded('caught')).length;
    await host.deploy([...flows(), ...placed]);
    await host.waitForState('phone-1', 'connected');
    expect(await host.recorded('caught')).toHaveLength(caught);
  });

  it('stops a device whose node is deleted, and connects it again for a new node with its ID', async () => {
    await host.deploy([{ id: 'tab', type: 'tab', label: 'Test' }]);
    await host.waitForState('phone-1', 'disconnected');
    await host.deploy(flows({ device: { id: 'device-again' }, in: { device: 'device-again' } }));
    await host.waitForState('phone-1', 'connected');
  });

  it('tells the flow that the phone has unlinked the device, and why', async () => {
    await host.deploy(flows());
    const [linked] = simulator.account(PHONE).devices;
    simulator.unlink(PHONE, linked?.id ?? 0);
    const last = await vi.waitFor(
      async () => {
        const state = (await host.recorded<Recorded>('state')).at(-1);
        if (state?.payload !== 'logged_out') throw new Error(`The last state is ${JSON.stringify(state)}`);
        return state;
      },
      { timeout: 10_000, interval: 50 },
    );
    expect(last.whatsapp).toMatchObject({ device: 'phone-1', reason: 'unlinked_from_phone' });
    expect(host.log.match(/privKey|rootKey|@s\.whatsapp\.net/)).toBeNull();
  });
});
