import { fork } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startGatewayProcess } from '../support/gateway-process.js';
import { startSimulatorProcess } from '../support/simulator-process.js';
import { temporaryFolder } from '../support/storage.js';

/** `WHARF_LOAD_SECONDS=60 npx vitest run test/gateway/load` for the figures of docs/gateway.md. */
const SECONDS = Number(process.env.WHARF_LOAD_SECONDS ?? 2);
const CLIENTS = 200;
const DEVICES = 10;
/** The simulator's phones show their last 1,000 messages, and all are to be looked for. */
const CHATS = 50;

/** What is wanted of a run that is long enough to say it, on a machine that has nothing else to do. */
const LONG_SECONDS = 60;
const WANTED_LAG_MS = 100;

/** What the clients say of what they did. */
interface Report {
  /** The IDs of the messages that were accepted, by client. */
  sent: string[][];
  failed: string[];
  p50Ms: number;
  p99Ms: number;
}

const numbered = (count: number, prefix: string) =>
  Array.from({ length: count }, (_, index) => `${prefix}${String(index).padStart(3, '0')}`);

/** Gateway, simulator and clients are processes of their own, as they are where they are used; nothing is measured from in here. */
describe('200 clients that send to 10 devices', () => {
  it(
    'get no error, and every message reaches its recipient once',
    async () => {
      const simulator = await startSimulatorProcess();
      onTestFinished(() => simulator.stop());
      const { url, token } = await startGatewayProcess(temporaryFolder(), simulator.endpoint);
      const request = async (method: string, path: string, body?: object) => {
        const answer = await fetch(url + path, {
          method,
          headers: {
            authorization: `Bearer ${token}`,
            ...(body ? { 'content-type': 'application/json' } : {}),
          },
          ...(body ? { body: JSON.stringify(body) } : {}),
        });
        expect(answer.status, path).toBe(200);
        return answer;
      };
      const call = async (method: string, path: string, body?: object) =>
        ((await (await request(method, path, body)).json()) as { results: Record<string, string> }).results;
      const metrics = async (name: string) => {
        const lines = (await (await request('GET', '/metrics')).text()).split('\n');
        const values = lines
          .filter((line) => /^\w+/.exec(line)?.[0] === name)
          .map((line) => line.split(' ')[1]);
        expect(values, name).not.toEqual([]);
        return values.map(Number);
      };

      const devices = numbered(DEVICES, 'device-');
      for (const [index, device_id] of devices.entries()) {
        await call('POST', '/devices', { device_id });
        const { qr } = await call('GET', `/devices/${device_id}/login`);
        await simulator.call('POST', '/phones/scan', { qr, phone: numbered(DEVICES, '1555100')[index] });
        await expect
          .poll(() => call('GET', `/devices/${device_id}/status`))
          .toMatchObject({ state: 'connected' });
        const settings = { pacing: { enabled: false } };
        await call('POST', '/actions/device.updateSettings', { deviceId: device_id, settings });
      }
      const chats = await Promise.all(
        numbered(CHATS, '1556000').map(async (phone, index) => {
          await simulator.call('POST', '/contacts', { phone, name: phone });
          const device = devices[index % DEVICES] as string;
          const scopes = { scopes: ['send'], deviceIds: [device] };
          const { token } = await call('POST', '/tokens', scopes);
          // What the first message to somebody costs is the simulator's work above all.
          await call('POST', `/send/message?wait=sent&device_id=${device}`, { phone, message: 'Hello' });
          return { phone, device, token };
        }),
      );
      const clients = Array.from({ length: CLIENTS }, (_, index) => chats[index % CHATS]);

      // The lag is that since the last look.
      await metrics('nodejs_eventloop_lag_p99_seconds');
      const program = fork(new URL('./load-clients.mjs', import.meta.url), [
        JSON.stringify({ url, clients, seconds: SECONDS }),
      ]);
      const [{ sent, failed, p50Ms, p99Ms }] = (await once(program, 'message')) as [Report];
      const [lag = 0] = await metrics('nodejs_eventloop_lag_p99_seconds');
      const depths = await metrics('wharf_queue_depth');
      const ids = sent.flat();
      const lagP99Ms = Math.round(lag * 1_000);
      const perSecond = Math.round(ids.length / SECONDS);
      const queued = depths.reduce((sum, depth) => sum + depth, 0);
      console.log(JSON.stringify({ messages: ids.length, perSecond, p50Ms, p99Ms, lagP99Ms, queued }));

      expect(failed).toEqual([]);
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids.length).toBeGreaterThan(CLIENTS);
      const owed = async () => Math.max(...(await metrics('wharf_queue_depth')));
      await expect.poll(owed, { timeout: 120_000, interval: 500 }).toBe(0);
      for (const [chat, { phone }] of chats.entries()) {
        const shown = await simulator.call<Array<{ id: string }>>('GET', `/contacts/${phone}/messages`);
        const [, ...come] = shown.map(({ id }) => id);
        expect(come.toSorted(), phone).toEqual(
          sent
            .filter((_, index) => index % CHATS === chat)
            .flat()
            .toSorted(),
        );
      }
      if (SECONDS >= LONG_SECONDS) expect(lagP99Ms).toBeLessThan(WANTED_LAG_MS);
    },
    SECONDS * 1_000 + 180_000,
  );
});
