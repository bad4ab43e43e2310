import type { Ramp, RampTicket } from '../device/ramp.js';
import type { FromThread } from './messages.js';

/** The queue before the dial, which is one for the machine: the main thread keeps it, and this thread asks it. */
export class MainRamp implements Pick<Ramp, 'enter'> {
  readonly #waiting = new Map<number, () => void>();
  #last = 0;

  constructor(private readonly tell: (word: FromThread) => void) {}

  enter(go: () => void, { isUrgent }: { isUrgent: boolean }): RampTicket {
    const ticket = ++this.#last;
    this.#waiting.set(ticket, go);
    this.tell({ type: 'enter', ticket, isUrgent });
    return {
      hurry: () => {
        if (this.#waiting.has(ticket)) this.tell({ type: 'hurry', ticket });
      },
      cancel: () => {
        if (this.#waiting.delete(ticket)) this.tell({ type: 'cancel', ticket });
      },
    };
  }

  /** It is this one's turn. */
  go(ticket: number): void {
    const go = this.#waiting.get(ticket);
    this.#waiting.delete(ticket);
    go?.();
  }
}
