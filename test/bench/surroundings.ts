import { mkdirSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ContestantName } from './contestants/all.js';
import type { CpuShare } from './measure.js';
import { RemoteProcess } from './processes/channel.js';
import type { ContestantMethods, QrShown } from './processes/contestant-program.js';
import type { SimulatorMethods } from './processes/simulator-program.js';

export type ContestantProcess = RemoteProcess<ContestantMethods>;
export type SimulatorProcess = RemoteProcess<SimulatorMethods>;

const program = (name: string) => fileURLToPath(new URL(`./${name}.mjs`, import.meta.url));

export const startSimulator = (): Promise<SimulatorProcess> =>
  RemoteProcess.start<SimulatorMethods>(program('simulator-program'));

let lastPhone = 15_551_000_000;

/** What a measure works with: one contestant, and a simulator that all contestants of the measure share. */
export class Surroundings {
  readonly #running = new Set<ContestantProcess>();
  /** The number of the phone that each device was linked to last. */
  readonly #phones = new Map<string, string>();
  readonly #reserved: string[] = [];

  constructor(
    readonly contestant: ContestantName,
    readonly simulator: SimulatorProcess,
    /** Tiny volumes: everything is done, and no figure means anything. */
    readonly isQuick: boolean,
    private readonly scratch: string,
    private readonly profiles: string | undefined,
  ) {}

  /** A folder that is deleted when the benchmark ends. */
  newFolder(): string {
    mkdirSync(this.scratch, { recursive: true });
    return mkdtempSync(join(this.scratch, `${this.contestant}-`));
  }

  /** Starts the contestant on a folder, with its modules loaded. */
  async start(folder: string, execArgv: string[] = []): Promise<ContestantProcess> {
    const client = await RemoteProcess.start<ContestantMethods>(program('contestant-program'), {
      args: [this.contestant, folder],
      execArgv,
      onEvent: (event) => {
        const { device, qr } = event as QrShown;
        const phone = this.#reserved.shift() ?? this.#newPhone();
        this.#phones.set(device, phone);
        this.#scan(qr, phone);
      },
    });
    this.#running.add(client);
    await client.call('load', await this.simulator.call('endpoint'));
    return client;
  }

  /** Starts the contestant on a new folder and links one device; answers with its phone number. */
  async startLinked(): Promise<{ client: ContestantProcess; device: string; phone: string; folder: string }> {
    const folder = this.newFolder();
    const client = await this.start(folder);
    await client.call('open', await this.simulator.call('endpoint'));
    const device = 'device-1';
    await client.call('pair', [device]);
    return { client, device, phone: this.phoneOf(device), folder };
  }

  /** The number of the phone that the next device will be linked to. */
  reservePhone(): string {
    const phone = this.#newPhone();
    this.#reserved.push(phone);
    return phone;
  }

  /** The number of the phone that a device was linked to. */
  phoneOf(device: string): string {
    return this.#phones.get(device) ?? '';
  }

  /** Closes a contestant as it wants to be closed, and ends its process. */
  async close(client: ContestantProcess): Promise<void> {
    await client.call('close');
    await client.stop();
    this.#running.delete(client);
  }

  /** Ends whatever a measure that failed has left running. */
  async end(): Promise<void> {
    await Promise.all([...this.#running].map((client) => client.stop()));
  }

  /** Begins to watch which share of a core both processes take; the answer of `stop` is for the time in between, and so is a profile. */
  async watchCpu(
    client: ContestantProcess,
  ): Promise<{ stop(): Promise<{ share: CpuShare; contestantMs: number }> }> {
    const read = () => Promise.all([client.call('usage'), this.simulator.call('usage')]);
    if (this.profiles) await client.call('startProfile');
    const before = await read();
    return {
      stop: async () => {
        const after = await read();
        if (this.profiles)
          await client.call(
            'writeProfile',
            join(this.profiles, `${this.contestant}-${Date.now()}.cpuprofile`),
          );
        const share = (index: 0 | 1) =>
          (after[index].cpuMs - before[index].cpuMs) / (after[index].atMs - before[index].atMs);
        return {
          share: { contestant: share(0), simulator: share(1) },
          contestantMs: after[0].cpuMs - before[0].cpuMs,
        };
      },
    };
  }

  #newPhone(): string {
    lastPhone += 1;
    return String(lastPhone);
  }

  #scan(qr: string, phone: string): void {
    this.simulator.call('scan', qr, phone).catch((error: unknown) => {
      process.stderr.write(`The QR code of ${this.contestant} was not scanned: ${String(error)}\n`);
    });
  }
}
