import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { vi } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const packageDir = join(root, 'packages/node-red-nodes');

export type FlowNode = { id: string; type: string; [property: string]: unknown };
export type DeployType = 'full' | 'flows' | 'nodes' | 'reload';

export interface HostOptions {
  /** Becomes WHARF_ENDPOINT. */
  endpoint?: object;
  /** In PEM, of the simulator's media host. */
  caCertificate?: string;
  /** Two users: token `rw` may do all, token `ro` may only read. */
  hasUsers?: boolean;
  /** Lets npm install the tarball with its dependencies; else those are the ones of this repository, which takes no time. */
  isInstalledByNpm?: boolean;
}

/** What must not grow with the deploys. */
export interface Figures {
  listeners: number;
  handles: number;
  timers: number;
}

/** A real Node-RED process with the package installed as a user has it, in a user directory of its own. */
export class NodeRedHost {
  readonly url: string;
  log = '';
  #child: ChildProcess | undefined;

  private constructor(
    readonly userDir: string,
    port: number,
    private readonly options: HostOptions,
    private readonly settingsFile = join(userDir, 'settings.js'),
  ) {
    this.url = `http://127.0.0.1:${port}`;
  }

  /** Installs the package into a new user directory and starts Node-RED there. */
  static async start(options: HostOptions = {}): Promise<NodeRedHost> {
    const userDir = await mkdtemp(join(tmpdir(), 'wharf-node-red-'));
    await (options.isInstalledByNpm ? installByNpm(userDir) : installPackage(userDir));
    const port = await freePort();
    await writeFile(join(userDir, 'settings.js'), settings(userDir, port, options.hasUsers ?? false));
    if (options.caCertificate) await writeFile(join(userDir, 'ca.pem'), options.caCertificate);
    const host = new NodeRedHost(userDir, port, options);
    await host.start();
    return host;
  }

  /** A second Node-RED on the same user directory, with flows of its own; the first one removes the directory. */
  async startBeside(flowFile: string): Promise<NodeRedHost> {
    const port = await freePort();
    const file = join(this.userDir, `${flowFile}.settings.js`);
    await writeFile(file, settings(this.userDir, port, false, flowFile));
    const host = new NodeRedHost(this.userDir, port, this.options, file);
    await host.start();
    return host;
  }

  async start(): Promise<void> {
    const env: NodeJS.ProcessEnv = { ...process.env, NODE_OPTIONS: '' };
    if (this.options.endpoint) env.WHARF_ENDPOINT = JSON.stringify(this.options.endpoint);
    if (this.options.caCertificate) env.NODE_EXTRA_CA_CERTS = join(this.userDir, 'ca.pem');
    // Another version than ours is installed outside of the clone: WHARF_TEST_NODE_RED names its red.js.
    const script = process.env.WHARF_TEST_NODE_RED ?? join(root, 'node_modules/node-red/red.js');
    const args = [script, '-u', this.userDir, '-s', this.settingsFile];
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    const start = this.log.length;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.log += chunk.toString();
      });
    }
    await vi.waitFor(
      () => {
        if (child.exitCode !== null) throw new Error(`Node-RED ended:\n${this.log}`);
        const said = this.log.slice(start);
        if (!said.includes('Server now running at') || !/Started flows|Stopped flows/.test(said)) {
          throw new Error(`Node-RED is not up:\n${said}`);
        }
      },
      { timeout: 25_000, interval: 50 },
    );
  }

  /** Ends Node-RED as a service manager does, and answers how long that took. Milliseconds. */
  async stop(): Promise<number> {
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return 0;
    const begin = Date.now();
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    const killer = setTimeout(() => child.kill('SIGKILL'), 12_000);
    await exited;
    clearTimeout(killer);
    return Date.now() - begin;
  }

  /** Ends Node-RED as a loss of power does. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  /** What the process holds, as the flow `measureFlow` finds it. */
  async measure(): Promise<Figures> {
    const count = (await this.recorded('figures')).length;
    await this.inject('measure');
    const figures = await this.waitForRecorded<Figures>('figures', count + 1);
    return figures.at(-1) as Figures;
  }

  async remove(): Promise<void> {
    await this.stop();
    await rm(this.userDir, { recursive: true, force: true });
  }

  get isAlive(): boolean {
    return this.#child?.exitCode === null;
  }

  async request(
    method: string,
    path: string,
    body?: object,
    headers: Record<string, string> = {},
  ): Promise<Response> {
    const json = body && { body: JSON.stringify(body) };
    return fetch(`${this.url}/${path}`, {
      method,
      headers: { 'Content-Type': 'application/json', Accept: 'application/json', ...headers },
      ...json,
    });
  }

  async json<Answer>(
    method: string,
    path: string,
    body?: object,
    headers?: Record<string, string>,
  ): Promise<Answer> {
    const response = await this.request(method, path, body, headers);
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as Answer;
  }

  /** Deploys and waits until the flows run. */
  async deploy(flows: FlowNode[], type: DeployType = 'full'): Promise<void> {
    const started = this.#startedFlows();
    const headers = { 'Node-RED-API-Version': 'v2', 'Node-RED-Deployment-Type': type };
    // Node-RED takes a node without a place on the canvas for a config node.
    const placed = flows.map((node) => (node.z ? { x: 100, y: 100, wires: [], ...node } : node));
    await this.json('POST', 'flows', { flows: placed }, headers);
    await vi.waitFor(
      () => {
        if (this.#startedFlows() === started)
          throw new Error(`The flows have not started:\n${this.log.slice(-2000)}`);
      },
      { timeout: 10_000, interval: 20 },
    );
  }

  async inject(id: string): Promise<void> {
    const response = await this.request('POST', `inject/${id}`);
    if (!response.ok) throw new Error(`inject ${id}: ${response.status}`);
  }

  /** Links a device as its dialog does, with a phone that scans the code. */
  async link(deviceId: string, scan: (qr: string) => Promise<unknown>): Promise<void> {
    await this.json('POST', `wharf-device/${deviceId}/login`, {});
    const qr = await vi.waitFor(
      async () => {
        const { code } = await this.json<{ code?: { qr: string } }>('GET', `wharf-device/${deviceId}/code`);
        if (!code) throw new Error('There is no code yet.');
        return code.qr;
      },
      { timeout: 10_000, interval: 50 },
    );
    await scan(qr);
    await this.waitForState(deviceId, 'connected');
  }

  async waitForState(deviceId: string, name: string): Promise<void> {
    await vi.waitFor(
      async () => {
        const path = `wharf-device/${deviceId}/state`;
        const { device } = await this.json<{ device?: { state: { name: string } } }>('GET', path);
        if (device?.state.name !== name) throw new Error(`${deviceId} is ${JSON.stringify(device)}`);
      },
      { timeout: 15_000, interval: 50 },
    );
  }

  /** What the `record` nodes of the flows have seen, over all runs of this host. */
  async recorded<Entry>(tag: string): Promise<Entry[]> {
    const file = join(this.userDir, 'recorded.jsonl');
    if (!existsSync(file)) return [];
    const lines = (await readFile(file, 'utf8')).split('\n').filter(Boolean);
    return lines.map((line) => JSON.parse(line)).flatMap((entry) => (entry.tag === tag ? [entry.msg] : []));
  }

  /** Waits until that many messages were recorded, and answers with them. */
  waitForRecorded<Entry>(tag: string, count: number, timeout = 10_000): Promise<Entry[]> {
    return vi.waitFor(
      async () => {
        const entries = await this.recorded<Entry>(tag);
        if (entries.length < count) {
          throw new Error(
            `${entries.length} of ${count} ${tag}: ${JSON.stringify(entries)}\n${this.log.slice(-2500)}`,
          );
        }
        return entries;
      },
      { timeout, interval: 30 },
    );
  }

  #startedFlows(): number {
    return this.log.split(/Started (?:modified )?(?:flows|nodes)/).length;
  }
}

/** A function node that writes every message down, where `recorded` finds it. */
export function record(id: string, tag: string, z = 'tab'): FlowNode {
  const func = `global.get('record')(${JSON.stringify(tag)}, msg); return msg;`;
  return { id, z, type: 'function', func, outputs: 1, wires: [[]] };
}

/** The flow that `measure` needs. */
export const measureFlow: FlowNode[] = [
  { id: 'measure', z: 'tab', type: 'inject', props: [], wires: [['measuring']] },
  {
    id: 'measuring',
    z: 'tab',
    type: 'function',
    func: "global.get('measure')(); return msg;",
    outputs: 1,
    wires: [[]],
  },
];

/** Builds and packs the package; the answer is the tarball, in a folder of its own. */
async function packPackage(): Promise<string> {
  const staged = await mkdtemp(join(tmpdir(), 'wharf-staged-'));
  execFileSync(process.execPath, [join(packageDir, 'build.mjs'), '--outdir', join(staged, 'dist')], {
    stdio: 'pipe',
  });
  for (const name of ['package.json', 'README.md', 'LICENSE', 'examples'])
    await cp(join(packageDir, name), join(staged, name), { recursive: true });
  const pack = ['pack', '--ignore-scripts', '--silent'];
  const tarball = execFileSync('npm', pack, { cwd: staged, encoding: 'utf8' }).trim();
  return join(staged, tarball);
}

/** Packs the package, and unpacks the tarball into a folder. */
export async function unpackPackage(target: string): Promise<void> {
  const tarball = await packPackage();
  await mkdir(target, { recursive: true });
  execFileSync('tar', ['-xzf', tarball, '-C', target, '--strip-components=1']);
  await rm(dirname(tarball), { recursive: true });
}

/** As the palette manager does it. */
async function installByNpm(userDir: string): Promise<void> {
  const tarball = await packPackage();
  await writeFile(
    join(userDir, 'package.json'),
    JSON.stringify({ name: 'node-red-project', version: '0.0.1' }),
  );
  const flags = [
    '--no-audit',
    '--no-update-notifier',
    '--no-fund',
    '--save',
    '--save-prefix=~',
    '--omit=dev',
  ];
  execFileSync('npm', ['install', ...flags, '--prefer-offline', tarball], { cwd: userDir, stdio: 'pipe' });
  await rm(dirname(tarball), { recursive: true });
}

/** Puts what is in the tarball where `npm install` in the user directory would. */
async function installPackage(userDir: string): Promise<void> {
  const modules = join(userDir, 'node_modules');
  const target = join(modules, '@wharf/node-red-whatsapp-device');
  await unpackPackage(target);
  const manifest = JSON.parse(await readFile(join(target, 'package.json'), 'utf8'));
  for (const name of Object.keys(manifest.dependencies)) {
    await mkdir(dirname(join(modules, name)), { recursive: true });
    await symlink(join(root, 'node_modules', name), join(modules, name));
  }
  const dependencies = { [manifest.name]: manifest.version };
  await writeFile(
    join(userDir, 'package.json'),
    JSON.stringify({ name: 'node-red-project', version: '0.0.1', dependencies }),
  );
}

function settings(userDir: string, uiPort: number, hasUsers: boolean, flowFile = 'flows.json'): string {
  const adminAuth = `{
    type: 'credentials',
    users: async (username) => ({ username, permissions: username === 'rw' ? '*' : 'read' }),
    authenticate: async () => null,
    tokens: async (token) => ['rw', 'ro'].includes(token) ? { username: token, permissions: token === 'rw' ? '*' : 'read' } : null,
  }`;
  return `const { appendFileSync } = require('node:fs');
const record = (tag, msg) =>
  appendFileSync(${JSON.stringify(join(userDir, 'recorded.jsonl'))}, JSON.stringify({ tag, msg }) + '\\n');
module.exports = {
  uiPort: ${uiPort}, uiHost: '127.0.0.1', flowFile: '${flowFile}', credentialSecret: 'test',
  runtimeState: { enabled: true, ui: true }, telemetry: { enabled: false, updateNotification: false },
  editorTheme: { tours: false }, externalModules: { palette: { allowInstall: false } },
  logging: { console: { level: 'info' } },
  functionGlobalContext: {
    record,
    measure: () => {
      const kinds = process.getActiveResourcesInfo();
      const timers = kinds.filter((kind) => kind === 'Timeout').length;
      const listeners = process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0);
      record('figures', { listeners, timers, handles: kinds.length - timers });
    },
  },
  ${hasUsers ? `adminAuth: ${adminAuth},` : ''}
};\n`;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || !address) throw new Error('There is no free port.');
  return address.port;
}
