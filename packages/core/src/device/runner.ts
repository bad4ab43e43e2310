import { bounds } from '../bounds.js';
import { loggable } from '../errors/loggable.js';
import type { DeviceState } from '../types/device.js';
import type { DeviceId } from '../types/ids.js';
import { withDeadline } from '../util/deadline.js';
import type { CloseCode, Wire, WireEvent, WireOptions } from '../wire/wire.js';
import type { DeviceSession } from './device-session.js';
import { Health } from './health.js';
import { type Dial, Line } from './line.js';
import type { RampTicket } from './ramp.js';
import { isAtRest } from './state.js';
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
  dialOptions(): Pick<WireOptions, 'find' | 'keepRaw' | 'pairingPhone' | 'history'>;
}

/** Does what `transition` asks for, one thing after the other. */
export class Runner {
  readonly #line: Line;
  readonly #health: Health;
  #ticket: RampTicket | undefined;
  #isUrgent = false;
  #cancelTimer: () => void = () => undefined;
  #work: Promise<void> = Promise.resolve();

  constructor(
    private readonly device: RunnerSubject,
    private readonly around: DeviceSurroundings,
  ) {
    this.#line = new Line(around.driver, around.clock, () => this.#giveUp(408));
    this.#health = new Health(
      around.clock,
      (ailment) => this.#giveUp(ailment),
      () => device.session.rest(),
    );
  }

  /** The connection, from the moment it was dialled until it has closed. */
  get wire(): Wire | undefined {
    return this.#line.wire;
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
        return this.hangUp((wire) => withDeadline(wire.logout(), bounds.logoutMs, () => undefined, clock));
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
        this.#ticket?.cancel();
        this.#ticket = this.around.ramp.enter(() => this.queue(() => this.#dial(dial)), {
          isUrgent: this.#isUrgent,
        });
        return;
      }
    }
  }

  /** The device is in a new state: its timer is called off, and its connection watched if it should be a live one. */
  enter(state: DeviceState): void {
    this.cancelTimer();
    if (isAtRest(state) || state.name === 'connected') this.#isUrgent = false;
    const { wire } = this.#line;
    const isPairing = state.name === 'connecting' && state.step === 'pairing';
    if (wire && state.name === 'connected') this.#health.watch(wire.pulse, { isLoggedIn: true });
    else if (wire && isPairing) this.#health.watch(wire.pulse, { isLoggedIn: false });
    else this.#health.rest();
  }

  /** Somebody waits for the connection: if it has not been dialled yet, it goes before the others. */
  hurry(): void {
    this.#isUrgent = true;
    this.#ticket?.hurry();
  }

  /** Does something after all that was asked for before, and gives it up when it takes too long. */
  queue(work: () => Promise<unknown>): void {
    const step = async () =>
      withDeadline(
        work(),
        bounds.stepMs,
        () => {
          throw new Error('A step took too long.');
        },
        this.around.clock,
      );
    this.#work = this.#work.then(step).then(
      () => undefined,
      (error: unknown) => this.around.logger.error(`Device ${this.device.id}: ${loggable(error)}`),
    );
  }

  /** Resolves when everything that was asked for has been done. */
  settled(): Promise<void> {
    return this.#work;
  }

  /** Takes the connection out of service at once, and closes it in the background. */
  hangUp(before: (wire: Wire) => Promise<unknown> = async () => undefined): void {
    this.#ticket?.cancel();
    this.#health.rest();
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

  /** The connection is of no use any more, whatever it says. */
  #giveUp(code: CloseCode): void {
    this.hangUp();
    this.device.apply({ type: 'closed', code });
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
