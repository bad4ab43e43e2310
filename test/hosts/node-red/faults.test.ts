import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { type FlowNode, NodeRedHost, record } from './host.js';

interface Caught {
  error: { code: string; message: string; source: { id: string } };
}

type Fault = 'an error' | 'nonsense' | 'a broken connection';

const str = (value: string) => ({ value, type: 'str' });
const VERA = '491709999999';

/** Every node that takes messages, with settings that are right. */
const inputNodes: FlowNode[] = [
  { id: 'send', type: 'wharf-send', to: VERA, toType: 'str', version: 2 },
  { id: 'ask', type: 'wharf-ask', to: VERA, toType: 'str', question: 'How many?', questionType: 'str' },
  {
    id: 'action',
    type: 'wharf-action',
    action: 'group.create',
    fields: { subject: str('Cats'), participants: str(VERA) },
  },
  { id: 'login', type: 'wharf-login' },
  { id: 'logout', type: 'wharf-logout' },
];
const listeners: FlowNode[] = [
  { id: 'in', type: 'wharf-message-in', version: 2 },
  { id: 'command', type: 'wharf-command', pattern: 'order' },
  { id: 'state', type: 'wharf-state-in', scope: 'one' },
];

const flows = (url: string): FlowNode[] => [
  { id: 'tab', type: 'tab', label: 'Test' },
  { id: 'device', type: 'wharf-device', deviceId: 'shop', runs: 'gateway', url, version: 1 },
  ...[...inputNodes, ...listeners].map((node) => ({
    z: 'tab',
    device: 'device',
    wires: [[], []],
    version: 1,
    ...node,
  })),
  ...inputNodes.map(({ id }) => ({
    id: `go-${id}`,
    z: 'tab',
    type: 'inject',
    props: [{ p: 'payload', v: 'go', vt: 'str' }],
    wires: [[id]],
  })),
  { id: 'catch', z: 'tab', type: 'catch', scope: null, wires: [['caught']] },
  record('caught', 'caught'),
  {
    id: 'complete',
    z: 'tab',
    type: 'complete',
    scope: inputNodes.map(({ id }) => id),
    wires: [['completed']],
  },
  record('completed', 'completed'),
];

/** A gateway that has gone mad: what runs in Node-RED is the real thing, and everything it asks for goes wrong. */
describe('When everything goes wrong, Node-RED', { timeout: 60_000 }, () => {
  let fault: Fault = 'an error';
  let frames: string[] = [];
  let server: Server;
  let sockets: WebSocketServer;
  let host: NodeRedHost;

  beforeAll(async () => {
    server = createServer((request, response) => {
      if (fault === 'a broken connection') return void request.socket.destroy();
      const body = fault === 'an error' ? JSON.stringify({ code: 'STORAGE_FULL', message: 'no' }) : '<html>';
      response.writeHead(fault === 'an error' ? 507 : 200, { 'content-type': 'application/json' }).end(body);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    sockets = new WebSocketServer({ server });
    sockets.on('connection', (socket) => {
      for (const frame of frames) socket.send(frame);
    });
    host = await NodeRedHost.start();
    await host.deploy(flows(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  }, 60_000);

  afterAll(async () => {
    await host?.remove();
    sockets?.close();
    server?.closeAllConnections();
    server?.close();
  });

  it.each<[Fault, string]>([
    ['an error', 'STORAGE_FULL'],
    ['nonsense', 'GATEWAY_ANSWER_UNREADABLE'],
  ])('lives, and the Catch node gets the code of every node once, by %s', async (wanted, code) => {
    fault = wanted;
    for (const { id } of inputNodes) {
      const before = (await host.recorded('caught')).length;
      await host.inject(`go-${id}`);
      const caught = await host.waitForRecorded<Caught>('caught', before + 1);
      expect(caught.slice(before).map(({ error }) => [error.source.id, error.code])).toEqual([[id, code]]);
    }
    expect(await host.recorded('completed')).toEqual([]);
    expect(host.isAlive).toBe(true);
  });

  it('lives when connections break', async () => {
    fault = 'a broken connection';
    const before = (await host.recorded('caught')).length;
    for (const id of ['action', 'logout']) await host.inject(`go-${id}`);
    const caught = await host.waitForRecorded<Caught>('caught', before + 2);
    expect(caught.slice(before).map(({ error }) => error.code)).toEqual([
      'GATEWAY_UNREACHABLE',
      'GATEWAY_UNREACHABLE',
    ]);
  });

  it('lives when a stream of events tells nonsense, and events without what belongs to them', async () => {
    fault = 'an error';
    frames = [
      '{',
      'null',
      '{"type":"event"}',
      '{"type":"event","event":{"seq":1,"id":"a","type":"message","payload":{}}}',
    ];
    const before = (await host.recorded('caught')).length;
    for (const socket of sockets.clients) {
      for (const frame of frames.toReversed()) socket.send(frame);
    }
    // The listeners have read the last frame first: an event that they cannot do anything with.
    const caught = await host.waitForRecorded<Caught>('caught', before + 1);
    expect(caught.slice(before).every(({ error }) => typeof error.code === 'string')).toBe(true);
    await host.inject('go-logout');
    await host.waitForRecorded('caught', (await host.recorded('caught')).length, 5_000);
    expect(host.isAlive).toBe(true);
  });
});
