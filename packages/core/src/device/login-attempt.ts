import { bounds } from '../bounds.js';
import { WharfError } from '../errors/errors.js';
import type { Clock } from '../util/clock.js';
import type { Login, LoginMethod, LoginOutcome, LoginStep } from './login.js';

const isOutcome = (step: LoginStep): step is LoginOutcome =>
  step.type === 'connected' || step.type === 'failed' || step.type === 'cancelled';

/** One attempt to link a device: a finite stream of steps that ends in exactly one outcome, within a bound. */
export class LoginAttempt implements Login {
  current: LoginStep = { type: 'dialing' };
  readonly outcome: Promise<LoginOutcome>;
  #settle: (outcome: LoginOutcome) => void = () => undefined;
  #changed = Promise.withResolvers<void>();
  readonly #cancelDeadline: () => void;

  constructor(
    clock: Clock,
    readonly how: LoginMethod,
    /** Takes the device out of the login; called when the user cancels it and when its time is up. */
    private readonly abandon: (reason: 'login_cancelled' | 'login_failed') => void,
  ) {
    this.outcome = new Promise((resolve) => {
      this.#settle = resolve;
    });
    this.#cancelDeadline = clock.after(bounds.loginMs, () => {
      this.move({ type: 'failed', error: new WharfError('LOGIN_TIMED_OUT') });
      this.abandon('login_failed');
    });
  }

  get hasEnded(): boolean {
    return isOutcome(this.current);
  }

  cancel(): void {
    if (this.hasEnded) return;
    this.move({ type: 'cancelled' });
    this.abandon('login_cancelled');
  }

  /** Goes on to a step; ignored after the outcome. */
  move(step: LoginStep): void {
    if (this.hasEnded) return;
    this.current = step;
    if (isOutcome(step)) {
      this.#cancelDeadline();
      this.#settle(step);
    }
    const changed = this.#changed;
    this.#changed = Promise.withResolvers<void>();
    changed.resolve();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<LoginStep, void, void> {
    let seen: LoginStep | undefined;
    while (true) {
      const changed = this.#changed.promise;
      if (this.current !== seen) {
        seen = this.current;
        yield seen;
        if (isOutcome(seen)) return;
      } else {
        await changed;
      }
    }
  }
}
