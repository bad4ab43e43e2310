import { bounds } from '../bounds.js';
import { isWharfError } from '../errors/errors.js';
import type { DeviceId } from '../types/ids.js';
import { withDeadline } from '../util/deadline.js';
import type { Wire, WireEvent, WireOptions } from '../wire/wire.js';
import type { DeviceSession } from './device-session.js';
import { type Dial, Line } from './line.js';
import { closeCodeOf } from './storage-failure.js';
import type { DeviceSurroundings } from './surroundings.js';
import type { Effect, Input } from './transition.js';

/** What the runner must know of its device, and what it tells it. */
export interface RunnerSubject {
  readonly id: DeviceId;
  readonly session: DeviceSession;
  apply(input: Input): void;
  onWire(event: WireEvent): void;
  /** The connection is about to be taken out of service. */
  onHangUp(): void;
  onDrain(wire: Wire): void;
  onVersionRefreshed(): void;
  /** The session has moved to another folder. */
  putFolder(): void;
  /** What is particular to this device when it dials. */
  dialOptions(): Pick<WireOptions, 'getSentText' | 'pairingPhone'>;
}

/** Does what `transition` asks for, one thing after the other. */
export class Runner {
  readonly #line: Line;
  #cancelTimer: () => void = () => undefined;
  #work: Promise<void> = Promise.resolve();

  constructor(
    private readonly device: RunnerSubject,
    private readonly around: DeviceSurroundings,
  ) {
    this.#line = new Line(around.driver);
  }

  run(effect: Effect): void {
    const { clock, driver, endpoint, store } = this.around;
    const { session } = this.device;
    switch (effect.type) {
      case 'retry':
        return this.setTimer(effect.at - clock.now(), () => this.device.apply({ type: 'retry' }));
      case 'drain':
        if (this.#line.wire) this.device.onDrain(this.#line.wire);
        return;
      case 'hang_up':
        return this.hangUp();
      case 'unlink':
        return this.hangUp((wire) => withDeadline(wire.logout(), bounds.logoutMs, () => undefined));
      case 'discard_pairing':
        return this.queue(async () => session.discard());
      case 'set_session_aside':
        return this.queue(async () =>
          // Nobody may look for the session between its move and the note of where it is.
          store.transaction(() => {
            session.setAside(clock.now());
            this.device.putFolder();
          }),
        );
      case 'refresh_version':
        this.device.onVersionRefreshed();
        return this.queue(async () => endpoint || driver.refreshVersion());
      case 'dial': {
        const dial = this.#line.reserve();
        return this.queue(() => this.#dial(dial));
      }
    }
  }

  /** Does something after all that was asked for before. */
  queue(work: () => Promise<unknown>): void {
    this.#work = this.#work.then(work).then(
      () => undefined,
      (error: unknown) => {
        const what = isWharfError(error)
          ? error.code
          : error instanceof Error
            ? error.name
            : 'a thrown value';
        this.around.logger.error(`Device ${this.device.id}: ${what}`);
      },
    );
  }

  /** Resolves when everything that was asked for has been done. */
  settled(): Promise<void> {
    return this.#work;
  }

  /** Takes the connection out of service at once, and closes it in the background. */
  hangUp(before: (wire: Wire) => Promise<unknown> = async () => undefined): void {
    const wire = this.#line.drop();
    this.device.onHangUp();
    if (!wire) return;
    this.queue(async () => {
      await before(wire).catch(() => undefined);
      await wire.close();
    });
  }

  /** What a state waits for: the device has one timer, and a change of state calls it off. */
  setTimer(ms: number, run: () => void): void {
    this.cancelTimer();
    this.#cancelTimer = this.around.clock.after(ms, run);
  }

  cancelTimer(): void {
    this.#cancelTimer();
  }

  async #dial(dial: Dial): Promise<void> {
    const { endpoint, clock, logger } = this.around;
    const options = () => ({
      session: this.device.session.open(),
      ...this.device.dialOptions(),
      ...(endpoint ? { endpoint } : {}),
      clock,
      logger,
    });
    try {
      await dial(options, (event) => this.device.onWire(event));
    } catch (error) {
      const code = closeCodeOf(error);
      this.device.apply({ type: 'closed', code });
      if (code !== 'in_use') throw error;
    }
  }
}
