import { join } from 'node:path';
import {
  type DeviceHost,
  type DeviceInfo,
  isWharfError,
  type Lease,
  type Logger,
  type Manager,
  shareManager,
} from '@wharf/core';
import type { NodeAPI } from 'node-red';
import type { Devices, StateChange } from './devices.js';
import { LastErrors } from './last-errors.js';
import { within } from './within.js';

/** How long a device stays connected after its node has closed: a deploy closes every node and makes it anew. */
const lingerMs = 10_000;
/** How long a close waits for a device or the manager to close. */
const closeBoundMs = 3_000;

/**
 * The devices of this process and the config nodes that stand for them.
 *
 * A full deploy closes every node and makes it anew. The device outlives that: it lingers when its node closes, and
 * the next node with the same device ID adopts it, so WhatsApp sees one connection throughout.
 */
export class Connection implements Devices {
  /** What last went wrong with each device, for the sidebar. */
  readonly lastErrors = new LastErrors();
  /** What nodes wait for across deploys, by node. */
  readonly waiting = new Map<string, Map<string, unknown>>();
  /** Device ID -> where it runs, when that is not here. */
  readonly #elsewhere = new Map<string, Devices>();
  #shared: Promise<Lease> | undefined;
  #shutdown: Promise<void> | undefined;
  #isShuttingDown = false;
  /** Device ID -> the config node that stands for it. */
  readonly #owners = new Map<string, string>();
  /** Device ID -> the config node it had, and how to keep it from being stopped. */
  readonly #lingering = new Map<string, { nodeId: string; cancel: () => void }>();
  /** Devices made by a dialog whose config node has not been deployed yet. */
  readonly #drafts = new Set<string>();
  /** Device ID -> the end of its last step: steps of one device never overlap. */
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(
    private readonly open: () => Promise<Lease>,
    private readonly logger: Logger,
  ) {}

  /** The manager of this process, opened when it is first needed and kept until the process ends. */
  async manager(): Promise<Manager> {
    this.#shared ??= this.open().catch((error: unknown) => {
      this.#shared = undefined;
      throw error;
    });
    return (await this.#shared).manager;
  }

  /** What every node talks to. */
  host(): Promise<DeviceHost> {
    return this.manager();
  }

  async onState(listener: (change: StateChange) => void): Promise<() => void> {
    const manager = await this.manager();
    return manager.onState(({ device }) => listener({ deviceId: device.id, state: device.state }));
  }

  /** Where a device that a message names runs: behind a gateway that a config node knows, else here. */
  devicesOf(deviceId: string | undefined): Devices {
    return (deviceId !== undefined && this.#elsewhere.get(deviceId)) || this;
  }

  /** Says that a device runs elsewhere; call the result when its config node closes. */
  runsElsewhere(deviceId: string, devices: Devices): () => void {
    this.#elsewhere.set(deviceId, devices);
    return () => {
      if (this.#elsewhere.get(deviceId) === devices) this.#elsewhere.delete(deviceId);
    };
  }

  /** Makes a config node the one that stands for a device. Answers with the node that does so already, if any. */
  claim(deviceId: string, nodeId: string): string | undefined {
    const owner = this.#owners.get(deviceId);
    if (owner !== undefined && owner !== nodeId) return owner;
    this.#owners.set(deviceId, nodeId);
    this.#drafts.delete(deviceId);
    this.#lingering.get(deviceId)?.cancel();
    for (const [otherId, other] of this.#lingering) {
      if (other.nodeId !== nodeId) continue;
      other.cancel();
      void this.#stop(otherId).catch((error) => this.#warn(error));
    }
    return undefined;
  }

  /** Connects the device of a config node, and creates it when there is none with this ID. */
  async start(deviceId: string, name?: string): Promise<void> {
    const manager = await this.manager();
    await this.ensure(deviceId, name);
    await this.#inTurn(deviceId, async () => {
      if (this.#owners.has(deviceId)) await manager.startDevice(deviceId);
    });
  }

  /** The device with this ID, created when there is none. */
  async ensure(deviceId: string, name?: string): Promise<DeviceInfo> {
    const manager = await this.manager();
    return this.#inTurn(deviceId, async () => {
      try {
        return await manager.getDevice(deviceId);
      } catch (error) {
        if (!isWharfError(error) || error.code !== 'DEVICE_NOT_FOUND') throw error;
      }
      const device = await manager.createDevice({ id: deviceId, ...(name ? { name } : {}) });
      if (!this.#owners.has(deviceId)) this.#drafts.add(deviceId);
      return device;
    });
  }

  /** Lets go of a device when its config node closes: at once when the node was removed, else after a while. */
  async release(deviceId: string, nodeId: string, isRemoved: boolean): Promise<void> {
    if (this.#owners.get(deviceId) !== nodeId) return;
    this.#owners.delete(deviceId);
    if (this.#isShuttingDown) return within(closeBoundMs, this.#end());
    if (isRemoved) return within(closeBoundMs, this.#stop(deviceId));
    const timer = setTimeout(() => {
      this.#lingering.delete(deviceId);
      void this.#stop(deviceId).catch((error) => this.#warn(error));
    }, lingerMs);
    timer.unref();
    const cancel = () => {
      clearTimeout(timer);
      this.#lingering.delete(deviceId);
    };
    this.#lingering.set(deviceId, { nodeId, cancel });
  }

  /** Undoes what a cancelled dialog has begun: a device never linked is removed, a linked one is stopped and kept. */
  async discardDraft(deviceId: string): Promise<void> {
    if (!this.#drafts.has(deviceId)) return;
    const manager = await this.manager();
    await this.#inTurn(deviceId, async () => {
      if (!this.#drafts.delete(deviceId)) return;
      const device = await manager.getDevice(deviceId);
      if (device.account) await manager.stopDevice(deviceId);
      else await manager.removeDevice(deviceId);
    });
  }

  /** The config node that stands for a device. */
  ownerOf(deviceId: string): string | undefined {
    return this.#owners.get(deviceId);
  }

  /** Says that the closes to come belong to the end of the process, so there is no next deploy to linger for. */
  async beginShutdown(): Promise<void> {
    this.#isShuttingDown = true;
    // The flow nodes close first and stop reading; without any device node nobody would close the manager.
    if (this.#owners.size === 0) await within(closeBoundMs, this.#end());
  }

  #end(): Promise<void> {
    this.#shutdown ??= (async () => (await this.#shared)?.release())().catch((error) => this.#warn(error));
    return this.#shutdown;
  }

  async #stop(deviceId: string): Promise<void> {
    const manager = await this.manager();
    await this.#inTurn(deviceId, async () => {
      if (!this.#owners.has(deviceId)) await manager.stopDevice(deviceId);
    });
  }

  #inTurn<Result>(deviceId: string, step: () => Promise<Result>): Promise<Result> {
    const before = this.#turns.get(deviceId) ?? Promise.resolve();
    const result = before.then(step, step);
    this.#turns.set(deviceId, result);
    return result;
  }

  #warn(error: unknown): void {
    this.logger.warn(`Wharf: ${String(error)}`);
  }
}

/** Where every copy of this package in the process finds the same connection. */
const key = Symbol.for('@wharf/node-red-whatsapp-device/connection/1');
type Process = typeof globalThis & { [key]?: Connection };

/** The one connection of this process; the manager keeps its files in `wharf` below Node-RED's user directory. */
export function connect(RED: NodeAPI): Connection {
  const holder = globalThis as Process;
  holder[key] ??= openConnection(RED);
  return holder[key];
}

function openConnection(RED: NodeAPI): Connection {
  const storage = join(RED.settings.userDir ?? process.cwd(), 'wharf');
  const { log } = RED;
  const logger: Logger = {
    debug: (message) => log.debug(message),
    info: (message) => log.info(message),
    warn: (message) => log.warn(message),
    error: (message) => log.error(message),
  };
  const connection = new Connection(() => shareManager({ storage, restore: false, logger }), logger);
  onProcessEnd(() => connection.beginShutdown());
  return connection;
}

/** Runs before Node-RED's own handlers, which then close every node. */
function onProcessEnd(begin: () => Promise<void>): void {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.prependListener(signal, function end() {
      const isAlone = process.listenerCount(signal) === 1;
      const begun = begin();
      if (!isAlone) return;
      // A host without a handler of its own counts on the signal to end the process.
      process.off(signal, end);
      void begun.finally(() => process.kill(process.pid, signal));
    });
  }
  // Some service managers send a message instead. Where nobody else listens, listening would keep the process alive.
  if (process.listenerCount('message') === 0) return;
  process.prependListener('message', (message) => {
    if (message === 'shutdown') void begin();
  });
}
