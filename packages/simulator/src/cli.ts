#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { SimulatorError } from './errors.js';
import { readTrafficVolume, type TrafficVolume } from './traffic/volume.js';

const USAGE = `A WhatsApp server on loopback, with virtual phones and contacts.

  wharf-simulator [--port 8383] [--data DIR] [--faults FILE]
                  [--traffic 100x20 | --traffic 10x50x20] [--trace] [--json]

  --port N       TCP port on 127.0.0.1 (default 8383; 0 takes a free one)
  --data DIR     keep accounts, keys and chats in DIR across restarts
  --faults FILE  play the faults in a JSON file from the start
  --traffic CxM  let C people write M texts each to every device that logs in for the first time; or, as
                 GxCxM, C members of each of G groups with its account write M texts each to every group
  --trace        print every stanza, decrypted, on stderr
  --json         print one line of JSON with the addresses, and nothing else
  --help         print this`;

const OLDEST_NODE = [22, 9];
const DEFAULT_PORT = 8383;
/** Ctrl-C must work even when something hangs. */
const EXIT_AFTER_MS = 1_900;

const portOption = z.coerce.number().int().min(0).max(65_535);

async function main(): Promise<void> {
  const options = readOptions();
  if (options.help) return console.log(USAGE);
  // Loaded late, so that an old Node is told so before it stumbles over the code.
  const { createSimulator } = await import('./simulator.js');
  const simulator = await createSimulator({
    port: options.port,
    ...(options.data === undefined ? {} : { dataDir: options.data }),
    logger: { info: (text) => console.error(text), warn: (text) => console.error(text) },
  });
  if (options.faults !== undefined) {
    const { readFaultScript } = await import('./faults/script-file.js');
    simulator.faults.play(readFaultScript(options.faults));
  }
  if (options.traffic) {
    const { sendTrafficToNewDevices } = await import('./traffic/new-devices.js');
    sendTrafficToNewDevices(simulator, options.traffic, (text) => console.error(text));
  }
  if (options.trace) {
    const { traceTo } = await import('./trace.js');
    traceTo(simulator, (line) => console.error(line));
  }
  // Before the address is printed: who reads it may ask us to stop at once.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      setTimeout(() => process.exit(1), EXIT_AFTER_MS).unref();
      void simulator.close().then(() => process.exit(0));
    });
  }
  const { ws, http } = simulator.endpoint;
  if (options.json) console.log(JSON.stringify(simulator.endpoint));
  else
    console.log(
      `The simulator is ready.\n  Page and control API  ${http}\n  Clients connect to    ${ws}\n  Ctrl-C stops it.`,
    );
}

interface Options {
  port: number;
  data: string | undefined;
  faults: string | undefined;
  traffic: TrafficVolume | undefined;
  trace: boolean;
  json: boolean;
  help: boolean;
}

function readOptions(): Options {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST_NODE;
  if (major < oldestMajor || (major === oldestMajor && minor < oldestMinor)) {
    throw new SimulatorError(
      'NODE_TOO_OLD',
      500,
      `The simulator needs Node.js ${OLDEST_NODE.join('.')} or newer, this is ${process.versions.node}: install a newer one.`,
    );
  }
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: String(DEFAULT_PORT) },
      data: { type: 'string' },
      faults: { type: 'string' },
      traffic: { type: 'string' },
      trace: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const port = portOption.safeParse(values.port);
  if (!port.success)
    throw new SimulatorError(
      'PORT_INVALID',
      400,
      `--port takes a number from 0 to 65535, not ${values.port}.`,
    );
  const { data, faults, trace, json, help } = values;
  return {
    port: port.data,
    data,
    faults,
    traffic: values.traffic === undefined ? undefined : readTrafficVolume(values.traffic),
    trace,
    json,
    help,
  };
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
});
