import { isDeepStrictEqual } from 'node:util';
import type { Login, LoginMethod, LoginStep } from '../device/login.js';
import { LoginAttempt } from '../device/login-attempt.js';
import { isWharfError, WharfError } from '../errors/errors.js';
import type { DeviceId } from '../types/ids.js';
import type { Clock } from '../util/clock.js';

/** How the thread of a device is asked. */
interface Asking {
  begin(login: number): Promise<void>;
  cancel(login: number): void;
}

interface Entry {
  attempt: LoginAttempt;
  begun: Promise<void>;
}

/** The logins that run in other threads, as this one sees them: each is a login here, moved on by what the thread says. */
export class ThreadLogins {
  readonly #latest = new Map<DeviceId, Entry>();
  readonly #byNumber = new Map<number, LoginAttempt>();
  #last = 0;

  get(id: DeviceId): Login | undefined {
    return this.#latest.get(id)?.attempt;
  }

  /** Begins a login, or joins the one that is running in the same way, as a device does. */
  async begin(id: DeviceId, how: LoginMethod, clock: Clock, asking: Asking): Promise<Login> {
    const before = this.#latest.get(id);
    if (before && !before.attempt.hasEnded && isDeepStrictEqual(before.attempt.how, how)) {
      await before.begun;
      return before.attempt;
    }
    const number = ++this.#last;
    const attempt = new LoginAttempt(clock, how, (reason) => {
      // When the time is up, it is so in the thread as well.
      if (reason === 'login_cancelled') asking.cancel(number);
    });
    this.#byNumber.set(number, attempt);
    void attempt.outcome.then(() => this.#byNumber.delete(number));
    const entry: Entry = { attempt, begun: asking.begin(number) };
    this.#latest.set(id, entry);
    try {
      await entry.begun;
    } catch (error) {
      attempt.move(failed(error));
      if (this.#latest.get(id) === entry) {
        if (before) this.#latest.set(id, before);
        else this.#latest.delete(id);
      }
      throw error;
    }
    return attempt;
  }

  move(number: number, step: LoginStep): void {
    this.#byNumber.get(number)?.move(step);
  }

  /** The thread that ran these devices has died. */
  lose(ids: Iterable<DeviceId>): void {
    for (const id of ids) this.#latest.get(id)?.attempt.move(failed(new WharfError('THREAD_ENDED')));
  }

  /** The device is gone. */
  delete(id: DeviceId): void {
    this.#latest.delete(id);
  }

  /** The manager is closed. */
  end(): void {
    for (const { attempt } of this.#latest.values()) attempt.move({ type: 'cancelled' });
  }
}

const failed = (error: unknown): LoginStep => ({
  type: 'failed',
  error: isWharfError(error) ? (error as WharfError) : new WharfError('CONNECTION_FAILED'),
});
