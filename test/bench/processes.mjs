/** Measures what docs/processes.md says: run it with `node test/bench/processes.mjs` after `npm run build`; prints JSON. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openManager } from '@wharf/core';

const SENDS = 100;
const IDLE_MS = 20_000;
const LOADED_MS = 10_000;
const SHOP = '15550001';
const VERA = '15550009';

const cpuMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const round = (value, digits = 1) => Number(value.toFixed(digits));

/** The part of this program that runs in a process of its own: a manager that does as it is told. */
async function beOther(options) {
  const manager = await openManager(options);
  process.on('message', async ({ call, text }) => {
    let result;
    if (call === 'send') {
      const at = performance.timeOrigin + performance.now();
      await manager.send('shop', { to: VERA, text });
      result = { at };
    }
    if (call === 'cpu') result = cpuMs();
    process.send({ result });
  });
  process.send({ isReady: true });
}

/** Starts such a process. */
async function startOther(options) {
  const child = fork(fileURLToPath(import.meta.url), [JSON.stringify(options)]);
  await once(child, 'message');
  return {
    async ask(call, more) {
      child.send({ call, ...more });
      const [{ result }] = await once(child, 'message');
      return result;
    },
    async kill() {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
      return performance.timeOrigin + performance.now();
    },
  };
}

async function connected(manager, id = 'shop') {
  while ((await manager.getDevice(id)).state.name !== 'connected') await pause(5);
}

async function measure() {
  const { createSimulator } = await import('@wharf/simulator');
  const simulator = await createSimulator({ port: 0 });
  const storage = mkdtempSync(join(tmpdir(), 'wharf-bench-'));
  const options = { storage, endpoint: simulator.endpoint };
  const setUp = await openManager(options);
  await setUp.createDevice({ id: 'shop' });
  await setUp.updateSettings('shop', { pacing: { enabled: false } });
  for await (const step of await setUp.loginDevice('shop')) {
    if (step.type === 'qr') await simulator.scan(step.qr, { phone: SHOP });
  }
  await setUp.close();
  const vera = simulator.addContact({ phone: VERA, name: 'Vera' });

  const owner = await startOther(options);
  const worker = await startOther({ ...options, run: 'never' });
  const here = await openManager({ ...options, run: 'never' });
  await connected(here);

  /** From the call to the moment at which the contact has the message: the way is the same for both, but for the wake-up. */
  const timeOf = async (sender, text) => {
    const arrived = vera
      .waitForMessage((message) => message.text === text, { timeoutMs: 20_000 })
      .then(() => performance.timeOrigin + performance.now());
    const { at } = await sender.ask('send', { text });
    const ms = (await arrived) - at;
    // Not on the heels of the last acknowledgement.
    await pause(50);
    return ms;
  };
  await timeOf(owner, 'warm up');
  await timeOf(worker, 'warm up too');
  const times = { owner: [], worker: [] };
  for (let n = 0; n < SENDS; n++) {
    times.owner.push(await timeOf(owner, `owner ${n}`));
    times.worker.push(await timeOf(worker, `worker ${n}`));
  }

  const share = async (ms, during = () => pause(ms)) => {
    const before = [await owner.ask('cpu'), await worker.ask('cpu')];
    const from = performance.now();
    await during();
    const span = performance.now() - from;
    const after = [await owner.ask('cpu'), await worker.ask('cpu')];
    return after.map((cpu, index) => round(((cpu - before[index]) / span) * 100, 2));
  };
  const [ownerIdle, workerIdle] = await share(IDLE_MS);
  let sent = 0;
  const [ownerLoaded, workerLoaded] = await share(LOADED_MS, async () => {
    const end = performance.now() + LOADED_MS;
    while (performance.now() < end) {
      await timeOf(owner, `load ${sent}`);
      sent += 1;
    }
  });

  const spare = await startOther(options);
  await pause(500);
  const killedAt = await owner.kill();
  await simulatorConnected(simulator);
  const takeOverMs = performance.timeOrigin + performance.now() - killedAt;

  await here.close();
  await worker.kill();
  await spare.kill();
  await simulator.close();
  rmSync(storage, { recursive: true });
  return {
    sends: SENDS,
    ownerMedianMs: round(median(times.owner)),
    workerMedianMs: round(median(times.worker)),
    addedMedianMs: round(median(times.worker) - median(times.owner)),
    workerP95Ms: round(times.worker.toSorted((a, b) => a - b)[Math.floor(SENDS * 0.95)]),
    idleCpuPercent: { owner: ownerIdle, worker: workerIdle },
    loadedCpuPercent: {
      owner: ownerLoaded,
      worker: workerLoaded,
      sendsPerSecond: round(sent / (LOADED_MS / 1_000)),
    },
    takeOverMs: round(takeOverMs, 0),
  };
}

async function simulatorConnected(simulator) {
  const opened = () => simulator.account(SHOP).devices[0]?.connectionsOpened ?? 0;
  const before = opened();
  while (opened() === before) await pause(5);
}

if (process.send) await beOther(JSON.parse(process.argv[2]));
else console.log(JSON.stringify(await measure(), null, 2));
