import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSimulator, type Simulator } from '@wharf/simulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GatewayProcess, startGatewayProcess } from '../../support/gateway-process.js';
import { type FlowNode, NodeRedHost, record } from './host.js';
import { underTraffic } from './traffic.js';

const PHONE = '491701234567';
const VERA = '491709999999';

interface Recorded {
  payload: unknown;
  topic?: string;
  error?: { code: string; source: { id: string } };
  whatsapp?: { sent?: { state: string; delivery?: string }; command?: { name: string } };
}

describe('A device at a gateway, in a real Node-RED', { timeout: 60_000 }, () => {
  let simulator: Simulator;
  let storage: string;
  let gateway: GatewayProcess;
  let port: number;
  let token: string;
  let host: NodeRedHost;

  const startGateway = async () => {
    gateway = await startGatewayProcess(storage, simulator.endpoint, { port, atEnd: () => undefined });
    port = Number(new URL(gateway.url).port);
    token = gateway.token ?? token;
  };

  beforeAll(async () => {
    port = 0;
    storage = await mkdtemp(join(tmpdir(), 'wharf-gateway-'));
    simulator = await createSimulator({ receiptDelayMs: 20 });
    await startGateway();
    host = await NodeRedHost.start({ endpoint: simulator.endpoint });
    simulator.addContact({ phone: VERA, name: 'Vera' });
  }, 60_000);

  afterAll(async () => {
    await host?.remove();
    await gateway?.kill();
    await simulator?.close();
    await rm(storage, { recursive: true, force: true });
  });

  const flows = (deviceOverrides: object = {}): FlowNode[] => [
    { id: 'tab', type: 'tab', label: 'Test' },
    {
      id: 'device',
      type: 'wharf-device',
      name: 'Shop',
      deviceId: 'shop',
      runs: 'gateway',
      url: gateway.url,
      credentials: { token },
      version: 1,
      ...deviceOverrides,
    },
    { id: 'in', z: 'tab', type: 'wharf-message-in', device: 'device', version: 2, wires: [['seen']] },
    record('seen', 'received'),
    {
      id: 'order',
      z: 'tab',
      type: 'wharf-command',
      device: 'device',
      pattern: 'order',
      version: 1,
      wires: [['reply']],
    },
    {
      id: 'reply',
      z: 'tab',
      type: 'change',
      rules: [{ t: 'set', p: 'payload', pt: 'msg', to: '"ordered " & payload', tot: 'jsonata' }],
      wires: [['send']],
    },
    {
      id: 'send',
      z: 'tab',
      type: 'wharf-send',
      device: 'device',
      waitUntil: 'delivered',
      version: 2,
      wires: [['sent']],
    },
    record('sent', 'sent'),
    { id: 'go', z: 'tab', type: 'inject', props: [{ p: 'payload', v: 'go', vt: 'str' }], wires: [['ask']] },
    {
      id: 'ask',
      z: 'tab',
      type: 'wharf-ask',
      device: 'device',
      to: VERA,
      toType: 'str',
      question: 'How many?',
      questionType: 'str',
      version: 1,
      wires: [['answered'], []],
    },
    record('answered', 'answered'),
    { id: 'states', z: 'tab', type: 'wharf-state-in', scope: 'all', version: 1, wires: [['changed']] },
    record('changed', 'state'),
    { id: 'catch', z: 'tab', type: 'catch', scope: null, wires: [['caught']] },
    record('caught', 'caught'),
  ];
  const connections = () => simulator.account(PHONE).devices.map((device) => device.connectionsOpened);
  const texts = async () => (await host.recorded<Recorded>('received')).map(({ payload }) => payload);
  const vera = () => simulator.contact(VERA);

  it('is made and linked in the dialog before the first deploy', async () => {
    const place = { runs: 'gateway', url: gateway.url, token, nodeId: 'device' };
    await host.json('POST', 'wharf-device/shop/place', place);
    await host.link('shop', (qr) => simulator.scan(qr, { phone: PHONE, name: 'Ada' }));
    await host.json('POST', 'wharf-device/shop/settings', { pacing: { enabled: false } });
  });

  it('forgets a device whose dialog was cancelled', async () => {
    const place = { runs: 'gateway', url: gateway.url, token, nodeId: 'other' };
    await host.json('POST', 'wharf-device/other/place', place);
    await host.json('POST', 'wharf-device/other/login', {});
    const ids = async () =>
      (await host.json<{ id: string }[]>('GET', 'wharf-device/shop/neighbours')).map(({ id }) => id);
    expect(await ids()).toEqual(['shop', 'other']);
    await host.json('POST', 'wharf-device/other/login/cancel', { discard: true });
    expect(await ids()).toEqual(['shop']);
  });

  it('receives, answers, and waits until the answer is delivered', async () => {
    await host.deploy(flows());
    await vera().send(PHONE, '/order 2 apples');
    await vera().waitForMessage(({ text }) => text === 'ordered 2 apples');
    const [received] = await host.waitForRecorded<Recorded>('received', 1);
    expect(received).toMatchObject({ payload: '/order 2 apples', whatsapp: { device: 'shop' } });
    const [sent] = await host.waitForRecorded<Recorded>('sent', 1);
    expect(sent?.whatsapp?.sent).toMatchObject({ state: 'sent' });
  });

  it('is in the sidebar, and nothing of it is kept here', async () => {
    const lines = await host.json<object[]>('GET', 'wharf-device');
    expect(lines).toMatchObject([{ id: 'shop', state: { name: 'connected' }, account: { phone: PHONE } }]);
    expect(existsSync(join(host.userDir, 'wharf'))).toBe(false);
  });

  it('keeps its connection over deploys, and gets each message once', async () => {
    const opened = connections();
    const count = (await texts()).length;
    const written = await underTraffic(simulator.contact(VERA), PHONE, 'deploy', async () => {
      for (let round = 0; round < 10; round += 1) await host.deploy(flows());
    });
    await host.waitForRecorded('received', count + written.length, 30_000);
    expect((await texts()).slice(count)).toEqual(written);
    expect(connections()).toEqual(opened);
  });

  it('asks, and gets the answer that came while Node-RED was down', async () => {
    await host.inject('go');
    await vera().waitForMessage(({ text }) => text === 'How many?');
    await host.kill();
    await vera().send(PHONE, 'three');
    await host.start();
    expect(await host.waitForRecorded<Recorded>('answered', 1)).toMatchObject([{ payload: 'three' }]);
  });

  it('loses nothing when Node-RED is killed under traffic', async () => {
    const count = (await texts()).length;
    const written = await underTraffic(simulator.contact(VERA), PHONE, 'kill', async () => {
      await host.waitForRecorded('received', count + 10);
      await host.kill();
    });
    await host.start();
    // One that comes again makes no last one of them.
    await expect.poll(async () => (await texts()).at(-1), { timeout: 30_000 }).toBe(written.at(-1));
    const received = (await texts()).slice(count);
    // What the flow had when it was killed may not have been confirmed: that one comes again.
    const once = received.filter((text, index) => text !== received[index - 1]);
    expect(once).toEqual(written);
    expect(received.length - once.length).toBeLessThanOrEqual(1);
  });

  it('gets each message once when the gateway is killed under traffic', async () => {
    const count = (await texts()).length;
    const written = await underTraffic(simulator.contact(VERA), PHONE, 'gateway', async () => {
      await host.waitForRecorded('received', count + 10);
      await gateway.kill();
      await startGateway();
    });
    await host.waitForRecorded('received', count + written.length, 45_000);
    expect((await texts()).slice(count)).toEqual(written);
  });

  it('waits for a gateway that is away when Node-RED starts', async () => {
    await host.stop();
    await gateway.kill();
    await host.start();
    expect(await host.json('GET', 'wharf-device')).toMatchObject([
      { id: 'shop', lastError: { code: 'GATEWAY_UNREACHABLE' } },
    ]);
    await startGateway();
    const count = (await texts()).length;
    await vera().send(PHONE, 'back again');
    await host.waitForRecorded('received', count + 1, 30_000);
    await host.waitForState('shop', 'connected');
    expect((await texts()).at(-1)).toBe('back again');
  });

  it.each([
    ['a token that is not good', { credentials: { token: 'wrong' } }, 'TOKEN_REQUIRED'],
    ['no address', { url: '' }, 'OPTION_INVALID'],
    ['a device that the gateway does not have', { deviceId: 'nobody' }, 'DEVICE_NOT_FOUND'],
  ])('says what is wrong with %s, to the Catch nodes', async (_what, overrides, code) => {
    await host.deploy(flows(overrides));
    const count = (await host.recorded('caught')).length;
    await host.inject('go');
    const caught = await host.waitForRecorded<Recorded>('caught', count + 1, 20_000);
    expect(caught.slice(count).map(({ error }) => error?.code)).toContain(code);
    expect(host.isAlive).toBe(true);
  });
});
