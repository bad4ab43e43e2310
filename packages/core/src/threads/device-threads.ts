import { isDeepStrictEqual } from 'node:util';
import type { ActRequest } from '../device/commands.js';
import type { Crew, CrewGround } from '../device/crew.js';
import type { Device } from '../device/device.js';
import type { Login, LoginMethod } from '../device/login.js';
import type { Ramp } from '../device/ramp.js';
import { WharfError } from '../errors/errors.js';
import type { CommandAction } from '../store/processes.js';
import type { DeviceId } from '../types/ids.js';
import { WriteTurn } from '../util/write-turn.js';
import { DeviceThread } from './device-thread.js';
import { type FromThread, receivedStep, type Share, type ThreadPlan } from './messages.js';
import { Paced } from './paced.js';
import { ThreadLogins } from './thread-logins.js';
import { ThreadTickets } from './thread-tickets.js';

/** The turn to write that is the main thread's; those of the others follow. */
export const MAIN_TURN = 1;

/** One of the threads, and what is its. */
interface Seat {
  thread: DeviceThread;
  devices: Set<DeviceId>;
  isStarted: boolean;
  /** What the thread knows of its devices. */
  told?: Share;
}

type Options = Omit<ThreadPlan, 'thread' | 'share'> & { threads: number; ramp: Ramp };

/**
 * Has the devices run by other threads of this process, each device by one of them for as long as the manager is open.
 *
 * To the storage a thread is one more process. What processes tell each other through the storage, threads say in messages: sooner, and
 * with the codes of a login, which are never stored.
 */
export class DeviceThreads implements Crew {
  readonly isHere = false;
  readonly #seats: Seat[];
  readonly #logins = new ThreadLogins();
  readonly #written: Paced<DeviceId>;
  readonly #started = new Set<DeviceId>();
  #touched = new Set<DeviceId>();

  constructor(
    private readonly ground: CrewGround,
    private readonly options: Options,
  ) {
    this.#written = new Paced(ground.clock, (devices) => ground.onWritten(devices));
    this.#seats = Array.from({ length: options.threads }, (_, index) => this.#newSeat(MAIN_TURN + 1 + index));
  }

  open(): void {
    this.#shareOut();
  }

  async close(): Promise<void> {
    this.#logins.end();
    this.#written.end();
    await Promise.all(this.#seats.map(({ thread }) => thread.close()));
  }

  look(): void {
    this.#shareOut();
    for (const { thread } of this.#seats) thread.tell({ type: 'look' });
  }

  touch(id: DeviceId): void {
    if (this.#touched.size === 0) queueMicrotask(() => this.#tellTouched());
    this.#touched.add(id);
  }

  login(device: Device, how: LoginMethod): Promise<Login> {
    const { id } = device.info;
    const { thread } = this.#seatOf(id);
    return this.#logins.begin(id, how, this.ground.clock, {
      begin: async (login) => {
        await thread.call({ type: 'login', device: id, login, how });
        this.#started.add(id);
      },
      cancel: (login) => thread.tell({ type: 'cancelLogin', login }),
    });
  }

  getLogin(device: Device): Login | undefined {
    return this.#logins.get(device.info.id);
  }

  async settled(device: Device): Promise<void> {
    const { id } = device.info;
    await this.#seatOf(id).thread.call({ type: 'settled', device: id });
  }

  async command(id: string, action: CommandAction): Promise<void> {
    const { id: device } = this.ground.devices.get(id).info;
    if (action === 'start') this.#started.add(device);
    else this.#started.delete(device);
    await this.#seatOf(device).thread.call({ type: 'command', device, action });
    if (action === 'remove') this.#shareOut();
  }

  act(id: DeviceId, request: ActRequest): Promise<unknown> {
    return this.#seatOf(id).thread.call({ type: 'act', ...request });
  }

  #newSeat(turn: number): Seat {
    const { clock, logger } = this.ground;
    const { threads: _, ramp, ...plan } = this.options;
    const devices = new Set<DeviceId>();
    const tickets = new ThreadTickets(ramp, (ticket) => thread.tell({ type: 'go', ticket }));
    const thread: DeviceThread = new DeviceThread({
      clock,
      logger,
      plan: () => ({ ...plan, thread: turn, share: this.#shareOf(devices) }),
      onWord: (word) => tickets.hear(word) || this.#hear(word),
      onEnd: () => {
        WriteTurn.free(plan.turn, turn);
        tickets.cancelAll();
        this.#logins.lose(devices);
      },
    });
    return { thread, devices, isStarted: false };
  }

  #hear(word: FromThread): void {
    switch (word.type) {
      case 'state':
        return this.ground.onState(word.device, word.previous);
      case 'written':
        return this.#written.add(word.devices);
      case 'step':
        return this.#logins.move(word.login, receivedStep(word.step));
      case 'log':
        // Said there, where the rules for it were kept.
        return this.ground.logger[word.level](word.line);
    }
  }

  /** Gives each device that has no thread yet the one with the fewest, and takes away those that are gone; says what has changed. */
  #shareOut(): void {
    const ids = this.ground.store.devices.getAll().map(({ id }) => id);
    const stored = new Set(ids);
    for (const { devices } of this.#seats)
      for (const id of devices) if (!stored.has(id)) this.#forget(id, devices);
    for (const id of ids) if (!this.#find(id)) this.#emptiest().devices.add(id);
    for (const seat of this.#seats) {
      const share = this.#shareOf(seat.devices);
      const isNews = !isDeepStrictEqual(share, seat.told);
      seat.told = share;
      if (seat.isStarted) {
        if (isNews) seat.thread.tell({ type: 'share', share });
      } else if (seat.devices.size > 0) {
        // A thread without devices would only take memory.
        seat.isStarted = true;
        seat.thread.start();
      }
    }
  }

  #forget(id: DeviceId, devices: Set<DeviceId>): void {
    devices.delete(id);
    this.#started.delete(id);
    this.#logins.delete(id);
  }

  #shareOf(devices: Set<DeviceId>): Share {
    const all = [...devices];
    return {
      devices: all,
      started: all.filter((id) => this.#started.has(id)),
      read: all.filter((id) => this.ground.isRead(id)),
    };
  }

  #emptiest(): Seat {
    const [first, ...others] = this.#seats;
    if (!first) throw new WharfError('OPTION_INVALID', { details: { option: 'threads' } });
    return others.reduce((least, seat) => (seat.devices.size < least.devices.size ? seat : least), first);
  }

  #find(id: DeviceId): Seat | undefined {
    return this.#seats.find(({ devices }) => devices.has(id));
  }

  #seatOf(id: DeviceId): Seat {
    if (!this.#find(id)) this.#shareOut();
    const seat = this.#find(id);
    if (!seat) throw new WharfError('DEVICE_NOT_FOUND');
    return seat;
  }

  #tellTouched(): void {
    const touched = this.#touched;
    this.#touched = new Set();
    // One that was just created.
    if ([...touched].some((id) => !this.#find(id))) this.#shareOut();
    for (const { thread, devices } of this.#seats) {
      const ours = [...touched].filter((id) => devices.has(id));
      if (ours.length > 0) thread.tell({ type: 'touched', devices: ours });
    }
  }
}
