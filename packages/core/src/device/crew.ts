import type { CommandAction } from '../store/processes.js';
import type { Store } from '../store/store.js';
import type { DeviceInfo, DeviceState } from '../types/device.js';
import type { DeviceId } from '../types/ids.js';
import type { Clock } from '../util/clock.js';
import type { Logger } from '../util/logger.js';
import { type ActRequest, Commands } from './commands.js';
import type { Device } from './device.js';
import type { Login, LoginMethod } from './login.js';
import { Ownership, type RunPolicy } from './ownership.js';
import type { DeviceRegistry } from './registry.js';

/** Who runs the devices of a manager: this thread, or others that it has started. */
export interface Crew {
  /** The devices run in this thread, where everything about them is heard first. */
  readonly isHere: boolean;
  open(): void;
  close(): Promise<void>;
  /** Another process has written, or somebody here has begun or ceased to read. */
  look(): void;
  /** Something was written here that whoever runs the device does not know yet. */
  touch(id: DeviceId): void;
  login(device: Device, how: LoginMethod): Promise<Login>;
  getLogin(device: Device): Login | undefined;
  /** Resolves when all that was asked of a device has been done. */
  settled(device: Device): Promise<void>;
  /** @throws WharfError DEVICE_NOT_FOUND, DEVICE_IN_USE */
  command(id: string, action: CommandAction): Promise<void>;
  /** Runs an action on a device that has no connection in this thread. */
  act(id: DeviceId, request: ActRequest): Promise<unknown>;
}

/** What a crew is given by its manager. */
export interface CrewGround {
  store: Store;
  clock: Clock;
  logger: Logger;
  random(): number;
  instance: string;
  devices: DeviceRegistry;
  /** Somebody in this process reads what happens to the device. */
  isRead(id: DeviceId): boolean;
  /** Runs an action here. */
  perform(request: ActRequest): Promise<unknown>;
  /** Another thread has changed the state of a device. */
  onState(device: DeviceInfo, previous: DeviceState): void;
  /** Another thread has written to the log; and of these devices, what is said of their sends. */
  onWritten(devices: DeviceId[]): void;
}

/** Runs the devices in this thread, as far as no other process does. */
export class OwnCrew implements Crew {
  readonly isHere = true;
  readonly #ownership: Ownership;
  readonly #commands: Commands;

  constructor(ground: CrewGround, options: { run: RunPolicy; restore: boolean }) {
    this.#ownership = new Ownership(ground.devices, { ...ground, ...options });
    const { store, clock, logger, devices, perform } = ground;
    this.#commands = new Commands(store, clock, logger, devices, this.#ownership, perform);
  }

  open(): void {
    this.#ownership.open();
  }

  async close(): Promise<void> {
    this.#ownership.close();
    this.#commands.close();
  }

  look(): void {
    this.#ownership.look();
    this.#commands.look();
  }

  touch(): void {
    // Who has written it has told the device.
  }

  /** These were started or linked here before: they are to run whenever they are in use. */
  noteStarted(ids: Iterable<DeviceId>): void {
    for (const id of ids) this.#ownership.noteStarted(id);
  }

  async login(device: Device, how: LoginMethod): Promise<Login> {
    const login = device.startLogin(how);
    this.#ownership.noteStarted(device.info.id);
    return login;
  }

  getLogin(device: Device): Login | undefined {
    return device.login;
  }

  settled(device: Device): Promise<void> {
    return device.settled();
  }

  async command(id: string, action: CommandAction): Promise<void> {
    await this.#commands.run(id, action);
  }

  act(id: DeviceId, request: ActRequest): Promise<unknown> {
    return this.#commands.act(id, request);
  }
}
