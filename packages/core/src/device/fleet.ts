import { loggable } from '../errors/loggable.js';
import { EventLog } from '../events/log.js';
import type { Store } from '../store/store.js';
import type { DeviceInfo, DeviceState } from '../types/device.js';
import type { DeviceId } from '../types/ids.js';
import type { Clock } from '../util/clock.js';
import type { ActRequest } from './commands.js';
import type { Crew, CrewGround } from './crew.js';
import { DeviceRegistry } from './registry.js';
import type { DeviceSurroundings } from './surroundings.js';

/** What the fleet of a manager is given; the rest it has. */
export type FleetSurroundings = Omit<DeviceSurroundings, 'log' | 'instance' | 'onState'>;

/** The devices of a manager, who runs them, and the log they write to: kept up to date with what other processes and threads do. */
export class Fleet {
  readonly log: EventLog;
  readonly devices: DeviceRegistry;
  readonly crew: Crew;
  readonly store: Store;
  readonly clock: Clock;
  #unwatch: () => void = () => undefined;

  constructor(
    private readonly around: FleetSurroundings,
    /** Hears of every change of state. */
    onState: (device: DeviceInfo, previous: DeviceState) => void,
    /** Runs an action here, for another process or thread. */
    perform: (request: ActRequest) => Promise<unknown>,
    crewOf: (ground: CrewGround) => Crew,
  ) {
    const { store, clock, logger } = around;
    const instance = crypto.randomUUID();
    this.store = store;
    this.clock = clock;
    this.log = new EventLog(store, clock, logger, () => this.#look());
    this.devices = new DeviceRegistry({
      ...around,
      instance,
      log: this.log,
      onState: (device, previous) => this.crew.isHere && onState(device, previous),
    });
    this.crew = crewOf({
      ...around,
      instance,
      devices: this.devices,
      isRead: (id) => this.log.isRead(id),
      perform,
      onState,
      onWritten: (devices) => this.wake(devices, false),
    });
  }

  /** Runs the devices that were in use, as far as they are this process's to run, and listens to the others. */
  open(): void {
    this.#unwatch = this.store.watch(this.clock, () => this.#look());
    this.around.media.open();
    this.crew.open();
  }

  async close(): Promise<void> {
    this.#unwatch();
    await Promise.all([this.crew.close(), this.log.close(), this.devices.close(), this.around.media.close()]);
  }

  /** Another thread has written to the log, or (`isOwing`) something that these devices are to act upon. */
  wake(ids: DeviceId[], isOwing: boolean): void {
    this.#safely(() => {
      for (const id of ids) this.devices.known(id)?.wake(isOwing);
      this.log.wake();
    });
  }

  /** Another process has written, or somebody here has begun or ceased to read. */
  #look(): void {
    this.#safely(() => {
      this.crew.look();
      const owing = new Set(this.store.getOwing().map(({ deviceId }) => deviceId));
      for (const device of this.devices.getAll()) device.wake(owing.has(device.origin.id));
      this.log.wake();
    });
  }

  #safely(look: () => void): void {
    try {
      look();
    } catch (error) {
      // Nobody calls this who could do something about it; the next look comes soon.
      this.around.logger.error(`The storage could not be read: ${loggable(error)}`);
    }
  }
}
