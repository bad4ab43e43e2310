import type { Account } from '../accounts/account.js';
import { findChat } from '../messages/chat.js';
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

  /**
   * Calls somebody, or everybody else in a group.
   *
   * @throws SimulatorError 404 if nobody has that address, 403 for a group that this person is not in.
   */
  offer(to: string, { isVideo = false } = {}): Call {
    const { group, people } = findChat(this.#account, to);
    group?.requireMember(this.#account);
    const callee = group ?? people.find((person) => person !== this.#account) ?? this.#account;
    return this.#account.directory.calls.offer(this.#account, callee, isVideo);
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
