import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { build } from './lib/build.mjs';
import { setUp } from './lib/install.mjs';
import { startNodeRed } from './lib/node-red.mjs';
import { readOptions } from './lib/options.mjs';
import { stopAll, whenAskedToStop } from './lib/processes.mjs';
import { say, stage } from './lib/progress.mjs';
import { inRoot, inState } from './lib/root.mjs';
import { answers, epitaph, freePort, startService, whenReady } from './lib/services.mjs';
import { main, Stop } from './lib/stop.mjs';

const usage = `npm start -- [options]

Runs Node-RED with the Wharf nodes and a demo flow, against a simulated WhatsApp on this machine.
Installs and builds first, if need be. What you do is kept in .wharf/ for the next time.

  --whatsapp                use the real WhatsApp instead of the simulator
  --port <number>           port of Node-RED (default 1880)
  --simulator-port <number> port of the simulator (default 8383)
  --help                    show this`;

await main(async () => {
  const options = readOptions('start', {
    whatsapp: { type: 'boolean' },
    port: { type: 'string' },
    'simulator-port': { type: 'string' },
    help: { type: 'boolean' },
  });
  if (options.help) return process.stdout.write(`${usage}\n`);
  const wantedPorts = {
    nodeRed: readPort(options.port, 1880),
    simulator: readPort(options['simulator-port'], 8383),
  };

  await setUp();
  const mode = options.whatsapp ? 'node-red-whatsapp' : 'node-red';
  takeLock(mode);
  await build(['@wharf/node-red-whatsapp-device', ...(options.whatsapp ? [] : ['@wharf/simulator'])]);

  const services = [];
  const simulator = options.whatsapp ? undefined : await startSimulator(wantedPorts.simulator);
  if (simulator) services.push(simulator.service);
  const port = await choosePort('Node-RED', wantedPorts.nodeRed);
  const nodeRed = startNodeRed({ userDir: inState(mode), port, endpoint: simulator?.endpoint });
  services.push(nodeRed);
  const address = `http://127.0.0.1:${port}`;
  await stage('Starting Node-RED', () => whenReady(nodeRed, answers(address)));

  say(
    options.whatsapp ? whatsappSteps(address) : simulatorSteps(address, JSON.parse(simulator.endpoint).http),
  );
  const asked = new Promise((resolve) => whenAskedToStop(resolve)).then(() => undefined);
  const failure = await Promise.race([
    asked,
    ...services.map((service) => service.ended.then(() => epitaph(service))),
  ]);
  if (failure) throw failure;
  say('\nStopping.');
  await stopAll();
  process.exit(0);
});

function readPort(text, usual) {
  if (text === undefined) return usual;
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new Stop(`"${text}" is not a port: give a number from 1 to 65535.`);
}

async function choosePort(what, wanted) {
  const port = await freePort(wanted);
  if (port !== wanted) say(`Port ${wanted} is taken, so ${what} is at port ${port}.`);
  return port;
}

async function startSimulator(wantedPort) {
  const port = await choosePort('the simulator', wantedPort);
  const cli = inRoot('packages', 'simulator', 'dist', 'cli.js');
  const service = startService('simulator', [
    cli,
    '--port',
    String(port),
    '--data',
    inState('simulator'),
    '--json',
  ]);
  const endpoint = await stage('Starting the simulator', () => whenReady(service, service.firstLine));
  return { service, endpoint };
}

/** Two Node-REDs on one folder would overwrite each other's flows and fight over the devices. */
function takeLock(mode) {
  const file = inState(`${mode}.pid`);
  const owner = existsSync(file) ? Number(readFileSync(file, 'utf8')) : undefined;
  if (owner && isAlive(owner)) {
    throw new Stop(
      `Wharf is running here already, as process ${owner}: stop it first (or delete ${file} if that process is something else).`,
    );
  }
  mkdirSync(inState(), { recursive: true });
  writeFileSync(file, String(process.pid));
  process.once('exit', () => rmSync(file, { force: true }));
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function simulatorSteps(nodeRed, phone) {
  return `
  Node-RED        ${nodeRed}
  Virtual phone   ${phone}   (a simulated WhatsApp: nothing leaves this machine)

  1. Open Node-RED, double-click "messages", press the pencil beside its device, then "Link device".
  2. Open the virtual phone, paste the code as text or drop its picture there, and press Scan.
  3. On the same page, add a contact, write "hi" as them, and see the flow answer.

  Ctrl-C stops both. Your flows and the linked device are kept in .wharf/.
`;
}

function whatsappSteps(nodeRed) {
  return `
  Node-RED        ${nodeRed}   (the real WhatsApp)

  1. Open Node-RED, double-click "messages", press the pencil beside its device, then "Link device".
  2. On your phone: WhatsApp > Settings > Linked devices > Link a device, and scan the QR code.
  3. Have somebody write to you, and see the flow answer.

  WhatsApp's terms do not allow unofficial clients, and it can ban an account for using one: take a number you can
  afford to lose, write only to people who expect it, and send nothing in bulk.

  Ctrl-C stops it. Your flows and the linked device are kept in .wharf/.
`;
}
