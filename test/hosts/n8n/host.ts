import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureN8n } from '../../../scripts/lib/n8n.mjs';
import { installPackage } from './package.js';
import { freePort, ServerProcess } from './process.js';
import { N8nRest } from './rest.js';

export interface HostOptions {
  /** Becomes WHARF_ENDPOINT. */
  endpoint?: { ca?: string };
  /** Further environment of every process: the database and the queue, say. */
  env?: Record<string, string>;
  /** Leaves our package out, to see what it costs. */
  isBare?: boolean;
}

/** A real n8n in a user folder of its own, with the package installed as n8n installs it. */
export class N8nHost {
  readonly rest: N8nRest;
  main: ServerProcess | undefined;
  readonly workers: ServerProcess[] = [];

  private constructor(
    readonly userFolder: string,
    private readonly folder: string,
    private readonly port: number,
    private readonly options: HostOptions,
  ) {
    const require = createRequire(join(folder, 'package.json'));
    this.rest = new N8nRest(`http://localhost:${port}`, require('flatted').parse);
  }

  /** Starts n8n for the first time, with an owner who is logged in. */
  static async start(options: HostOptions = {}): Promise<N8nHost> {
    const folder = await ensureN8n();
    const userFolder = await mkdtemp(join(tmpdir(), 'wharf-n8n-'));
    const host = new N8nHost(userFolder, folder, await freePort(), options);
    if (!options.isBare) await installPackage(userFolder);
    await mkdir(host.storage, { recursive: true, mode: 0o700 });
    await host.startMain();
    await host.rest.setUpOwner();
    return host;
  }

  /** Where the tests' devices are kept. */
  get storage(): string {
    return join(this.userFolder, 'devices');
  }

  async startMain(): Promise<ServerProcess> {
    this.main = await this.#spawn('start', { N8N_PORT: String(this.port) });
    await this.main.saysThat(/Editor is now accessible/);
    return this.main;
  }

  async startWorker(): Promise<ServerProcess> {
    const worker = await this.#spawn('worker', {});
    this.workers.push(worker);
    await worker.saysThat(/n8n worker is now ready/i);
    return worker;
  }

  /** Runs a command of n8n's own, such as `execute`, to its end. */
  async command(name: string, ...args: string[]): Promise<ServerProcess> {
    return this.#spawn(name, {}, args);
  }

  async remove(): Promise<void> {
    await Promise.all([...this.workers, this.main].map((process) => process?.stop()));
    await rm(this.userFolder, { recursive: true, force: true, maxRetries: 3 });
  }

  async #spawn(command: string, extra: Record<string, string>, args: string[] = []): Promise<ServerProcess> {
    const { endpoint } = this.options;
    const env: NodeJS.ProcessEnv = {
      ...process.env,
      NODE_OPTIONS: '',
      NODE_ENV: 'production',
      VITEST: '',
      N8N_USER_FOLDER: this.userFolder,
      N8N_LISTEN_ADDRESS: '127.0.0.1',
      N8N_HOST: 'localhost',
      N8N_SECURE_COOKIE: 'false',
      N8N_DIAGNOSTICS_ENABLED: 'false',
      N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
      N8N_TEMPLATES_ENABLED: 'false',
      N8N_PERSONALIZATION_ENABLED: 'false',
      N8N_HIRING_BANNER_ENABLED: 'false',
      N8N_RUNNERS_BROKER_PORT: String(await freePort()),
      N8N_ENCRYPTION_KEY: 'test',
      N8N_LOG_LEVEL: 'info',
      EXECUTIONS_DATA_SAVE_MANUAL_EXECUTIONS: 'true',
      ...(endpoint ? { WHARF_ENDPOINT: JSON.stringify(endpoint) } : {}),
      ...(endpoint?.ca ? { NODE_EXTRA_CA_CERTS: endpoint.ca } : {}),
      ...this.options.env,
      ...extra,
    };
    const script = join(this.folder, 'node_modules/n8n/bin/n8n');
    return new ServerProcess(`n8n ${command}`, process.execPath, [script, command, ...args], {
      env,
      cwd: this.userFolder,
    });
  }
}
