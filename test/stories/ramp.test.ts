import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { DeviceState, Endpoint } from '@wharf/core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { qrOf, startManager, startSimulator } from '../support/world.js';

const DEVICES = 100;
const PER_SECOND = 50;
const GAP_MS = 1_000 / PER_SECOND;

/** A way to a server that notes when somebody takes it, and that can be cut for all. */
async function startGate(target: Endpoint) {
  const dialledAt: number[] = [];
  const sockets = new Set<Socket>();
  let isOpen = true;
  const server = createServer((client) => {
    dialledAt.push(performance.now());
    if (!isOpen) return void client.destroy();
    const upstream = connect(Number(new URL(target.ws).port), '127.0.0.1');
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        client.destroy();
        upstream.destroy();
        sockets.delete(socket);
      });
    }
    client.pipe(upstream);
    upstream.pipe(client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  onTestFinished(() => {
    cut();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: { ...target, ws: `ws://127.0.0.1:${port}/ws/chat` },
    dialledAt,
    shut() {
      isOpen = false;
      cut();
    },
    reopen() {
      isOpen = true;
    },
  };
}

/** How many of these moments are in the busiest second. */
const busiest = (moments: number[]): number =>
  Math.max(...moments.map((from) => moments.filter((at) => at >= from && at < from + 1_000).length));

/** How many dials may be seen in a second: those that came while the process was busy are seen only when it is done, together. */
function watchForStalls(): { limit(): number } {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  onTestFinished(() => void delay.disable());
  return { limit: () => PER_SECOND + 1 + Math.ceil(delay.max / 1e6 / GAP_MS) };
}

describe('a hundred devices', () => {
  it('whose server restarts come back by the ramp, none before its back-off is over', async () => {
    const stalls = watchForStalls();
    const simulator = await startSimulator();
    const gate = await startGate(simulator.endpoint);
    const manager = await startManager(simulator, { endpoint: gate.endpoint });
    const states = new Map<string, DeviceState>();
    const early: string[] = [];
    manager.onState(({ device: { id, state }, previous }) => {
      states.set(id, state);
      const isDialling = state.name === 'reconnecting' && state.retryAt === undefined;
      const waitsUntil = previous.name === 'reconnecting' ? previous.retryAt : undefined;
      // A timer of Node.js may be a millisecond early.
      if (isDialling && waitsUntil !== undefined && Date.now() < waitsUntil - 2) early.push(id);
    });
    const ids = Array.from({ length: DEVICES }, (_, index) => `device-${index}`);
    for (const id of ids) await manager.createDevice({ id });
    await Promise.all(
      ids.map(async (id, index) => {
        const login = await manager.loginDevice(id);
        await simulator.scan(await qrOf(login), { phone: `1555${String(index).padStart(6, '0')}` });
        expect((await login.outcome).type).toBe('connected');
      }),
    );
    expect(gate.dialledAt).toHaveLength(2 * DEVICES);
    expect(busiest(gate.dialledAt)).toBeLessThanOrEqual(stalls.limit());

    gate.dialledAt.length = 0;
    gate.shut();
    await expect.poll(() => gate.dialledAt.length, { timeout: 60_000 }).toBeGreaterThan(1.2 * DEVICES);
    gate.reopen();
    await expect
      .poll(() => [...states.values()].filter(({ name }) => name === 'connected').length, { timeout: 90_000 })
      .toBe(DEVICES);
    expect(busiest(gate.dialledAt)).toBeLessThanOrEqual(stalls.limit());
    expect(early).toEqual([]);
  }, 200_000);
});
