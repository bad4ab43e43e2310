import { bounds } from '../bounds.js';
import { loggable } from '../errors/loggable.js';
import type { Store, Wish } from '../store/store.js';
import type { DeviceState } from '../types/device.js';
import type { DeviceId } from '../types/ids.js';
import type { Clock } from '../util/clock.js';
import type { Logger } from '../util/logger.js';
import type { Device } from './device.js';
import type { DeviceRegistry } from './registry.js';
import { isAtRest, isLeft } from './state.js';

/** Which devices a process runs: those it finds in use, only those it listens to, or none. */
export type RunPolicy = 'always' | 'when-listening' | 'never';

/** How much a process wants to run a device. It gives the device away to one that wants it more, never to an equal. */
const Rank = { none: 0, standing: 1, listening: 2 } as const;

/** Between two looks whether the process that runs a device still lives; the jitter keeps several from asking at once. */
const LOOK_MS = 1_500;
const JITTER_MS = 1_500;

interface Surroundings {
  store: Store;
  clock: Clock;
  random(): number;
  logger: Logger;
  instance: string;
  run: RunPolicy;
  /** Run what is in use, not only what was started here. */
  restore: boolean;
  /** Somebody in this process reads what happens to the device. */
  isRead(id: DeviceId): boolean;
}

/**
 * Decides which of the processes on one storage folder runs a device.
 *
 * The lock on the device's session is the truth, and the kernel frees it when a process dies. What `wharf.db` says of owners
 * and wishes only tells the processes when to try for it.
 */
export class Ownership {
  readonly #started = new Set<DeviceId>();
  /** Offers that were not answered yet, by device and instance, with what calls off their end. */
  readonly #offers = new Map<string, () => void>();
  readonly #leaving = new Set<DeviceId>();
  #cancelTick: () => void = () => undefined;
  #isOpen = false;

  constructor(
    private readonly devices: DeviceRegistry,
    private readonly around: Surroundings,
  ) {}

  /** Takes up what is in use and run by nobody, and goes on to do so. */
  open(): void {
    this.#isOpen = true;
    this.#tick();
  }

  /** The devices stay with this process until they are closed; it takes up and hands over no more. */
  close(): void {
    this.#isOpen = false;
    this.#cancelTick();
    for (const callOff of this.#offers.values()) callOff();
    this.around.store.wishes.deleteAll(this.around.instance);
  }

  /** This process is to run the device whenever it is in use. */
  noteStarted(id: DeviceId): void {
    this.#started.add(id);
  }

  noteStopped(id: DeviceId): void {
    this.#started.delete(id);
  }

  /** This process would run the device if it could. */
  wants(id: DeviceId): boolean {
    return this.#rankOf(id) > Rank.none && (this.around.restore || this.#started.has(id));
  }

  /** Acts upon what has changed: another process has written, or somebody here has begun or ceased to read. */
  look(): void {
    if (!this.#isOpen) return;
    const { store } = this.around;
    const owners = store.owners.getAll();
    const wishes = Map.groupBy(store.wishes.getAll(), ({ device }) => device);
    for (const device of this.devices.getAll()) {
      const { id } = device.origin;
      const wished = wishes.get(id) ?? [];
      if (device.isMine) this.#giveAway(device, wished);
      else this.#reachFor(device, owners.get(id), wished);
    }
  }

  #rankOf(id: DeviceId): number {
    const { run, isRead } = this.around;
    if (run === 'never') return Rank.none;
    if (isRead(id)) return Rank.listening;
    return run === 'always' ? Rank.standing : Rank.none;
  }

  #tick(): void {
    const { clock, random } = this.around;
    this.#cancelTick = clock.after(LOOK_MS + random() * JITTER_MS, () => this.#tick());
    this.#byItself(() => {
      this.look();
      this.#lookForDeadOwners();
    });
  }

  /** Nobody calls this who could do something about what fails, such as a full disk; the next look comes soon. */
  #byItself(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.around.logger.error(`The devices could not be looked after: ${loggable(error)}`);
    }
  }

  /** One device of each owner tells whether that process lives, however many it runs. */
  #lookForDeadOwners(): void {
    const owners = this.around.store.owners.getAll();
    const alive = new Set<string>([this.around.instance]);
    for (const device of this.devices.getAll()) {
      const owner = owners.get(device.origin.id);
      if (owner === undefined || alive.has(owner) || device.isMine || isAtRest(device.state)) continue;
      // A login makes its session as it goes along; without one there is no lock to tell by.
      if (!device.session.exists) continue;
      if (!this.#takeUp(device)) alive.add(owner);
    }
  }

  /** For a device that another process runs, or nobody. */
  #reachFor(device: Device, owner: string | undefined, wished: Wish[]): void {
    const { store, instance } = this.around;
    const { id } = device.origin;
    const own = wished.find((wish) => wish.instance === instance);
    const wants = this.wants(id) && !isAtRest(device.state);
    if (!wants && own) store.wishes.delete(id, instance);
    if (isAtRest(device.state)) return;
    if (owner === undefined || owner === instance) {
      if (wants || owner === instance || !isLeft(device.state)) this.#takeUp(device);
    } else if (wants) {
      const rank = this.#rankOf(id);
      const step = own?.step === 'offered' ? 'accepted' : (own?.step ?? 'asked');
      if (own?.rank !== rank || own.step !== step) store.wishes.put({ device: id, instance, rank, step });
    }
  }

  /** Makes the device ours if nobody holds it; then runs it, or says that nobody does. */
  #takeUp(device: Device): boolean {
    const { store, instance, logger } = this.around;
    const { id } = device.origin;
    if (!device.take()) return false;
    store.wishes.delete(id, instance);
    const work = this.wants(id) ? device.start() : device.leave();
    work.catch((error: unknown) => logger.error(`Device ${id} was not taken up: ${loggable(error)}`));
    return true;
  }

  /** For a device that this process runs: to whom wants it more, once it is certain that they still live. */
  #giveAway(device: Device, [strongest]: Wish[]): void {
    const { store, clock } = this.around;
    const { id } = device.origin;
    if (!strongest || strongest.rank <= this.#rankOf(id)) return;
    if (this.#leaving.has(id) || !canBeHandedOver(device.state)) return;
    const { instance } = strongest;
    const offer = `${id} ${instance}`;
    if (strongest.step === 'asked') {
      store.wishes.put({ ...strongest, step: 'offered' });
      this.#offers.get(offer)?.();
      const callOff = clock.after(bounds.offerMs, () => {
        this.#offers.delete(offer);
        this.#byItself(() => {
          store.wishes.delete(id, instance);
          this.look();
        });
      });
      this.#offers.set(offer, callOff);
    }
    if (strongest.step !== 'accepted') return;
    this.#offers.get(offer)?.();
    this.#offers.delete(offer);
    void this.#handOver(device, instance);
  }

  async #handOver(device: Device, heir: string): Promise<void> {
    const { store, logger } = this.around;
    const { id } = device.origin;
    this.#leaving.add(id);
    try {
      store.wishes.delete(id, heir);
      await device.leave(heir);
    } catch (error) {
      logger.error(`Device ${id} was not handed over: ${loggable(error)}`);
    }
    this.#leaving.delete(id);
    this.#byItself(() => this.look());
  }
}

/** Not while its login or its backlog is under way. */
const canBeHandedOver = (state: DeviceState): boolean =>
  state.name === 'reconnecting' || (state.name === 'connected' && !state.isSyncing);
