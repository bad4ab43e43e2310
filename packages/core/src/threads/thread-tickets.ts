import type { Ramp, RampTicket } from '../device/ramp.js';
import type { FromThread } from './messages.js';

/** The places that one thread has in the queue before the dial. */
export class ThreadTickets {
  readonly #tickets = new Map<number, RampTicket>();

  constructor(
    private readonly ramp: Ramp,
    private readonly go: (ticket: number) => void,
  ) {}

  /** True for what is said about the queue. */
  hear(word: FromThread): boolean {
    switch (word.type) {
      case 'enter':
        this.#enter(word.ticket, word.isUrgent);
        return true;
      case 'hurry':
        this.#tickets.get(word.ticket)?.hurry();
        return true;
      case 'cancel':
        this.#cancel(word.ticket);
        return true;
      default:
        return false;
    }
  }

  /** The thread has ended. */
  cancelAll(): void {
    for (const ticket of [...this.#tickets.keys()]) this.#cancel(ticket);
  }

  #enter(ticket: number, isUrgent: boolean): void {
    let hasGone = false;
    const go = () => {
      hasGone = true;
      this.#tickets.delete(ticket);
      this.go(ticket);
    };
    const place = this.ramp.enter(go, { isUrgent });
    // The first in the queue goes at once.
    if (!hasGone) this.#tickets.set(ticket, place);
  }

  #cancel(ticket: number): void {
    this.#tickets.get(ticket)?.cancel();
    this.#tickets.delete(ticket);
  }
}
