import type { Account } from '../accounts/account.js';
import { SimulatorError } from '../errors.js';
import type { Call } from './call-desk.js';

/** The calls that a person makes and gets with the phone. */
export class PersonCalls {
  readonly #account: Account;

  /** @internal Use `contact.calls`. */
  constructor(account: Account) {
    this.#account = account;
  }

  get all(): Call[] {
    return this.#account.directory.calls.of(this.#account);
  }

  /** Calls somebody. @throws SimulatorError 404 if nobody has that address. */
  offer(to: string, { isVideo = false } = {}): Call {
    const { directory } = this.#account;
    const callee = directory.find(to);
    if (!callee)
      throw new SimulatorError(
        'ACCOUNT_NOT_FOUND',
        404,
        `Nobody has the address ${to}: add a contact with it first.`,
      );
    return directory.calls.offer(this.#account, callee, isVideo);
  }

  /** Hangs up, or lets it ring out. @throws SimulatorError 404 if that call is not under way. */
  end(callId: string, state: 'ended' | 'missed' = 'ended'): void {
    this.#account.directory.calls.terminate(this.#account, callId, state);
  }

  /** Takes a call that rings. @throws SimulatorError 404 if that call is not under way. */
  accept(callId: string): void {
    this.#account.directory.calls.answer(this.#account, callId, 'accepted');
  }

  /** Declines a call that rings. @throws SimulatorError 404 if that call is not under way. */
  reject(callId: string): void {
    this.#account.directory.calls.answer(this.#account, callId, 'rejected');
  }
}
