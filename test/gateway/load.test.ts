import { fork } from 'node:child_process';
import { once } from 'node:events';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { describe, expect, it } from 'vitest';
import { startGateway } from '../support/gateway.js';
import { link, startManager, startSimulator } from '../support/world.js';

/** `WHARF_LOAD_SECONDS=60 npx vitest run test/gateway/load` for the figures of docs/gateway.md. */
const SECONDS = Number(process.env.WHARF_LOAD_SECONDS ?? 2);
const CLIENTS = 200;
const DEVICES = 10;

describe('200 clients that send to 10 devices', () => {
  it(
    'get no error, and every message is queued once and none is lost',
    async () => {
      const simulator = await startSimulator();
      const manager = await startManager(simulator);
      const devices = Array.from({ length: DEVICES }, (_, i) => `device-${i}`);
      const chats = devices.map((_, i) => `1556000${String(i).padStart(2, '0')}`);
      for (const [i, id] of devices.entries()) {
        await manager.createDevice({ id });
        simulator.addContact({ phone: chats[i] ?? '', name: id, autoRead: false });
        await link(manager, simulator, id, `1555100${String(i).padStart(2, '0')}`);
        await manager.updateSettings(id, { pacing: { enabled: false } });
      }
      const { url, secret, call } = await startGateway(manager, { limits: { requestsPerMinute: 1_000_000 } });
      // The clients are in a process of their own: what is measured is the gateway's event loop, with core in it.
      const clients = fork(new URL('./load-clients.mjs', import.meta.url), [
        JSON.stringify({ url, secret, devices, chats, clients: CLIENTS, seconds: SECONDS }),
      ]);
      const delay = monitorEventLoopDelay({ resolution: 10 });
      delay.enable();
      const [report] = (await once(clients, 'message')) as [
        { sent: Record<string, string[]>; failed: string[]; p50Ms: number; p99Ms: number },
      ];
      delay.disable();
      const ids = Object.values(report.sent).flat();
      const figures = {
        messages: ids.length,
        perSecond: Math.round(ids.length / SECONDS),
        p50Ms: report.p50Ms,
        p99Ms: report.p99Ms,
        lagP99Ms: Math.round(delay.percentile(99) / 1e6),
        lagMaxMs: Math.round(delay.max / 1e6),
      };
      console.log(JSON.stringify(figures));
      expect(report.failed).toEqual([]);
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids.length).toBeGreaterThan(CLIENTS);
      for (const [i, id] of devices.entries()) {
        const owed = () => manager.listSends(id, { states: ['queued', 'sending'] });
        await expect.poll(owed, { timeout: 120_000, interval: 200 }).toEqual([]);
        const wanted = new Set(report.sent[id]);
        const shown = simulator.phoneMessages(chats[i] ?? '').filter((message) => wanted.has(message.id));
        expect(shown.length, id).toBe(wanted.size);
      }
      expect((await call('GET', '/health/ready')).status).toBe(200);
    },
    SECONDS * 1_000 + 180_000,
  );
});
