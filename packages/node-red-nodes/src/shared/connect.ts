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
import { GatewayDevices, type GatewayPlace } from './gateway-devices.js';
import { LastErrors } from './last-errors.js';
import { WaitingStore } from './waiting-store.js';
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
  readonly #gateways = new Map<string, GatewayDevices>();
  /** Device ID -> where a dialog that is open says that it runs. */
  readonly #draftPlaces = new Map<string, Devices>();
  #shared: Promise<Lease> | undefined;
  #shutdown: Promise<void> | undefined;
  #isShuttingDown = false;
  /** Device ID -> the config node that stands for it, and where the device runs. */
  readonly #owners = new Map<string, { nodeId: string; devices: Devices }>();
  /** Device ID -> the config node it had, and how to keep it from being stopped. */
  readonly #lingering = new Map<string, { nodeId: string; cancel: () => void }>();
  /** Devices made by a dialog whose config node has not been deployed yet. */
  readonly #drafts = new Set<string>();
  /** Device ID -> the end of its last step: steps of one device never overlap. */
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(
    private readonly open: () => Promise<Lease>,
    private readonly logger: Logger,
    /** What nodes wait for across deploys and restarts. */
    readonly waiting = new WaitingStore(undefined),
  ) {}

  /** Whether devices run in this process, or may soon: the manager is open, or no gateway is configured. */
  get isInUse(): boolean {
    return this.#shared !== undefined || this.elsewhere.length === 0;
  }

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

  /** This process can always be reached. */
  onReach(listener: (trouble: unknown) => void): () => void {
    listener(undefined);
    return () => undefined;
  }

  /** The devices of a gateway; the same for all who name it with the same token. @throws WharfError OPTION_INVALID */
  gateway(place: GatewayPlace): GatewayDevices {
    const key = JSON.stringify([place.url, place.token]);
    const known = this.#gateways.get(key) ?? new GatewayDevices(place, this.logger);
    this.#gateways.set(key, known);
    return known;
  }

  /** Where a device runs: behind a gateway when its config node says so, else here. */
  devicesOf(deviceId: string | undefined): Devices {
    return (deviceId !== undefined && this.#owners.get(deviceId)?.devices) || this;
  }

  /** The same for the editor, where a dialog that is open has the last word. */
  draftedDevicesOf(deviceId: string): Devices {
    return this.#draftPlaces.get(deviceId) ?? this.devicesOf(deviceId);
  }

  /** Notes where the dialog that is open says that a device runs; with nothing, forgets it. */
  draftPlace(deviceId: string, devices: Devices | undefined): void {
    if (devices) this.#draftPlaces.set(deviceId, devices);
    else this.#draftPlaces.delete(deviceId);
  }

  /** Every place where devices of this Node-RED run. */
  places(): Devices[] {
    const places = new Set([...this.#owners.values()].map(({ devices }) => devices));
    return places.size === 0 ? [this] : [...places];
  }

  /** The devices behind gateways that config nodes stand for. */
  get elsewhere(): { deviceId: string; devices: Devices }[] {
    return [...this.#owners].flatMap(([deviceId, { devices }]) =>
      devices === this ? [] : [{ deviceId, devices }],
    );
  }

  /** Makes a config node the one that stands for a device. Answers with the node that does so already, if any. */
  claim(deviceId: string, nodeId: string, devices: Devices = this): string | undefined {
    const owner = this.#owners.get(deviceId);
    if (owner !== undefined && owner.nodeId !== nodeId) return owner.nodeId;
    this.#owners.set(deviceId, { nodeId, devices });
    this.#draftPlaces.delete(deviceId);
    if (devices === this) {
      this.#drafts.delete(deviceId);
      this.#lingering.get(deviceId)?.cancel();
    }
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
      if (this.#isOwned(deviceId)) await manager.startDevice(deviceId);
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
      if (!this.#isOwned(deviceId)) this.#drafts.add(deviceId);
      return device;
    });
  }

  /** Lets go of a device when its config node closes: at once when the node was removed, else after a while. */
  async release(deviceId: string, nodeId: string, isRemoved: boolean): Promise<void> {
    const owner = this.#owners.get(deviceId);
    if (owner?.nodeId !== nodeId) return;
    this.#owners.delete(deviceId);
    if (this.#isShuttingDown) return within(closeBoundMs, this.#end());
    // What runs behind a gateway goes on there.
    if (owner.devices !== this) return;
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
    return this.#owners.get(deviceId)?.nodeId;
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
      if (!this.#isOwned(deviceId)) await manager.stopDevice(deviceId);
    });
  }

  /** Whether a config node stands for a device that runs here. */
  #isOwned(deviceId: string): boolean {
    return this.#owners.get(deviceId)?.devices === this;
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
  const open = () => shareManager({ storage, restore: false, logger });
  const connection = new Connection(open, logger, new WaitingStore(`${storage}-waiting`));
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
