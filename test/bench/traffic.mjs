/**
 * What one device takes in and sends per second, and how long it keeps the event loop from anybody else.
 *
 *   node test/bench/traffic.mjs [--messages 2000] [--sends 500] [--durability process] [--json]
 *
 * The simulator runs in a process of its own, so that the processor time is that of the device alone. Build first.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openManager } from '../../packages/core/dist/index.js';

const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '2000' },
    sends: { type: 'string', default: '500' },
    durability: { type: 'string', default: 'process' },
    json: { type: 'boolean', default: false },
  },
});
const cli = fileURLToPath(new URL('../../packages/simulator/dist/cli.js', import.meta.url));
const PHONE = '15550001';
const CONTACT = '15557000001';

const simulator = spawn(process.execPath, [cli, '--port', '0', '--json'], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
const storage = mkdtempSync(join(tmpdir(), 'wharf-bench-'));
let manager;
try {
  const [line] = await once(simulator.stdout, 'data');
  const endpoint = JSON.parse(line.toString());
  const call = async (path, body) => {
    const answer = await fetch(`${endpoint.http}${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.status === 204 ? undefined : answer.json();
  };
  manager = await openManager({ storage, endpoint, durability: values.durability });
  await link(manager, call);

  let received = 0;
  let look = () => undefined;
  manager.consume({ name: 'bench', types: ['message'] }, () => {
    received += 1;
    look();
  });
  const upTo = (count) =>
    new Promise((resolve) => {
      look = () => received >= count && resolve();
      look();
    });
  const take = async (messages) => {
    const before = received;
    void call('/traffic', { to: PHONE, contacts: 10, messages: messages / 10 });
    // The simulator encrypts all of them first.
    await upTo(before + 1);
    return measure(messages - 1, () => upTo(before + messages));
  };
  const send = (count) =>
    measure(count, async () => {
      for (let sent = 0; sent < count; sent += 1) {
        const { messageId } = await manager.send('bench', { to: CONTACT, text: `Number ${sent}` });
        await manager.waitForSend('bench', messageId);
      }
    });
  await take(200);
  const inbound = await take(Number(values.messages));
  await send(20);
  const outbound = await send(Number(values.sends));
  const result = { durability: values.durability, inbound, outbound };
  if (values.json) console.log(JSON.stringify(result));
  else console.table({ inbound, outbound });
} finally {
  await manager?.close();
  simulator.kill('SIGTERM');
  rmSync(storage, { recursive: true, force: true });
}

async function measure(count, run) {
  const lag = monitorEventLoopDelay({ resolution: 1 });
  lag.enable();
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  await run();
  const ms = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(cpu);
  lag.disable();
  return {
    perSecond: Math.round((count * 1_000) / ms),
    cpuMicrosEach: Math.round((user + system) / count),
    loopLagP99Ms: Math.round(lag.percentile(99) / 1e5) / 10,
    loopLagMaxMs: Math.round(lag.max / 1e5) / 10,
  };
}

async function link(manager, call) {
  await manager.createDevice({ id: 'bench' });
  const login = await manager.loginDevice('bench');
  for await (const step of login) {
    if (step.type !== 'qr') continue;
    await call('/phones/scan', { qr: step.qr, phone: PHONE });
    break;
  }
  const outcome = await login.outcome;
  if (outcome.type !== 'connected') throw new Error(JSON.stringify(outcome));
}
