/*
 * How many texts a second the simulator takes with its process on one core, and where the time goes.
 *
 *   node packages/simulator/bench/volume.mjs [--devices 250] [--seconds 10] [--window 4] [--profile DIR]
 *
 * Prints one line of JSON. Linux only: it reads /proc and pins the server to one core, the load to another.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

const { values } = parseArgs({
  options: {
    devices: { type: 'string', default: '250' },
    seconds: { type: 'string', default: '10' },
    window: { type: 'string', default: '4' },
    profile: { type: 'string' },
  },
});
const root = fileURLToPath(new URL('..', import.meta.url));
const out = mkdtempSync(join(root, '.bench-'));
process.on('exit', () => rmSync(out, { recursive: true, force: true }));

await build({
  entryPoints: { cli: join(root, 'src/cli.ts'), load: join(root, 'bench/load.ts') },
  outdir: out,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  splitting: true,
  packages: 'external',
  format: 'esm',
  platform: 'node',
  conditions: ['@wharf/source'],
});
cpSync(join(root, 'src/control'), out, { recursive: true, filter: (path) => !path.endsWith('.ts') });

const onCore = (core, ...command) => ['taskset', '-c', String(core), ...command];
const profile = values.profile ? ['--cpu-prof', `--cpu-prof-dir=${values.profile}`] : [];
const start = ([command, ...args]) => spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });

const server = start(onCore(0, process.execPath, ...profile, join(out, 'cli.mjs'), '--port', '0', '--json'));
const [line] = await once(createInterface({ input: server.stdout }), 'line');
const { ws, http } = JSON.parse(line);
const { devices, seconds, window } = values;
const load = start(onCore(1, process.execPath, join(out, 'load.mjs'), ws, http, devices, seconds, window));
const lines = createInterface({ input: load.stdout });
await once(lines, 'line');
const before = cpuSeconds(server.pid);
const result = JSON.parse((await once(lines, 'line'))[0]);
const serverCpuSeconds = cpuSeconds(server.pid) - before;
const accepted = result.perSecond.acked * result.seconds;
const report = {
  ...result,
  serverCpuSeconds,
  // Other processes may take the core away: this is what the process takes when it has the core to itself.
  acceptedPerCpuSecond: Math.round(accepted / serverCpuSeconds),
  serverMb: memoryMb(server.pid),
};
process.stdout.write(`${JSON.stringify(report)}\n`);
server.kill('SIGTERM');
await once(server, 'exit');

function cpuSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ');
  return (Number(fields[13]) + Number(fields[14])) / 100;
}

function memoryMb(pid) {
  const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Math.round(Number(kilobytes) / 1024);
}
