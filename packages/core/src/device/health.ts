import { bounds } from '../bounds.js';
import type { Clock } from '../util/clock.js';
import type { Pulse } from '../wire/wire.js';

/** What can be wrong with a connection that is open. */
export type Ailment = 'deaf' | 'silent';

/** So many connections are made anew for an echo that did not come before it is taken for one that this server never gives. */
const ECHOES_DOUBTED = 3;
const STANDSTILL_CHECKS = bounds.standstillMs / bounds.checkMs;
const SILENCE_CHECKS = bounds.silenceMs / bounds.checkMs;

/**
 * Finds out whether a connection that is open is also alive: see docs/connection.md for what is asked, and why.
 *
 * It counts its own checks and reads no time of day, so that a clock that is set changes nothing.
 */
export class Health {
  #pulse: Pulse | undefined;
  #cancel: () => void = () => undefined;
  /** How often an echo may still be missed before it means nothing; one that comes gives it a meaning for good. */
  #missesLeft = ECHOES_DOUBTED;

  constructor(
    private readonly clock: Clock,
    private readonly onAilment: (ailment: Ailment) => void,
    /** Nothing has come since the check before. */
    private readonly onQuiet: () => void,
  ) {}

  /** Watches a connection from now on; does nothing when it is the one that is being watched. */
  watch(pulse: Pulse, { isLoggedIn }: { isLoggedIn: boolean }): void {
    if (this.#pulse === pulse) return;
    this.rest();
    this.#pulse = pulse;
    const check = isLoggedIn ? new Check(pulse, this.clock) : undefined;
    void this.#run(pulse, check);
  }

  /** Lets go of the connection. */
  rest(): void {
    this.#cancel();
    this.#pulse = undefined;
  }

  async #run(pulse: Pulse, check: Check | undefined): Promise<void> {
    const ailment = check ? await this.#examine(check) : await this.#ping(pulse);
    if (this.#pulse !== pulse) return;
    if (ailment) {
      this.rest();
      return this.onAilment(ailment);
    }
    if (check?.isQuiet) this.onQuiet();
    this.#cancel = this.clock.after(bounds.checkMs, () => void this.#run(pulse, check));
  }

  async #ping(pulse: Pulse): Promise<Ailment | undefined> {
    return (await comesInTime(pulse.ping(), this.clock)) ? undefined : 'deaf';
  }

  async #examine(check: Check): Promise<Ailment | undefined> {
    const { isAnswered, isAtStandstill, isSilent, ...echo } = await check.make();
    if (echo.hasCome) this.#missesLeft = Number.POSITIVE_INFINITY;
    if (!isAnswered || isAtStandstill) return 'deaf';
    if (echo.isMissed && this.#missesLeft > 0) {
      this.#missesLeft -= 1;
      return 'deaf';
    }
    return isSilent ? 'silent' : undefined;
  }
}

/** The checks of one connection, one after the other. */
class Check {
  #pushCount = -1;
  #silentChecks = 0;
  #isQuiet = false;
  #messageCount = -1;
  #isBehind = false;
  #stalledChecks = 0;

  constructor(
    private readonly pulse: Pulse,
    private readonly clock: Clock,
  ) {}

  /** Whether nothing came before the last one. */
  get isQuiet(): boolean {
    return this.#isQuiet;
  }

  async make() {
    const { pulse, clock } = this;
    const isHeard = this.#pushCount >= 0 && pulse.pushCount !== this.#pushCount;
    this.#isQuiet = !isHeard;
    this.#pushCount = pulse.pushCount;
    this.#silentChecks = isHeard ? 0 : this.#silentChecks + 1;
    const isAtStandstill = this.#isAtStandstill();
    const [isAnswered, hasCome] = await Promise.all([
      comesInTime(pulse.ping(), clock),
      !isHeard && comesInTime(pulse.echo(), clock),
    ]);
    // What comes by itself shows as much as an echo.
    const isMissed = !isHeard && !hasCome && pulse.pushCount === this.#pushCount;
    return { isAnswered, hasCome, isMissed, isAtStandstill, isSilent: this.#silentChecks > SILENCE_CHECKS };
  }

  /** A message that blocks those behind it, for ever: known from Baileys, whose queue has no bound of its own. */
  #isAtStandstill(): boolean {
    const { pulse } = this;
    const isMoving = pulse.messageCount !== this.#messageCount;
    this.#messageCount = pulse.messageCount;
    this.#stalledChecks = this.#isBehind && !isMoving ? this.#stalledChecks + 1 : 0;
    if (!this.#isBehind) {
      this.#isBehind = true;
      const isThrough = () => {
        this.#isBehind = false;
      };
      pulse.caughtUp().then(isThrough, isThrough);
    }
    return this.#stalledChecks >= STANDSTILL_CHECKS;
  }
}

/**
 * Whether an answer comes within the bound.
 *
 * The bound is waited for in two halves: a process that stood still (a laptop that slept) finds both the answer and the end
 * of the first half when it wakes, and reads the answer before the second half is over.
 */
function comesInTime(answer: Promise<unknown>, clock: Clock): Promise<boolean> {
  return new Promise((resolve) => {
    const half = bounds.signOfLifeMs / 2;
    let cancel = clock.after(half, () => {
      cancel = clock.after(half, () => resolve(false));
    });
    const settle = (hasCome: boolean) => {
      cancel();
      resolve(hasCome);
    };
    answer.then(
      () => settle(true),
      () => settle(false),
    );
  });
}
