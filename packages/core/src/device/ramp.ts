import type { Clock } from '../util/clock.js';

/**
 * Fifty connections a second: a server that comes up is not overrun, and nobody waits for long. Each costs some 20 ms of this
 * process; one that has more to do is late with the next, which nobody makes up for.
 */
export const RAMP_GAP_MS = 20;

/** A place in the queue. */
export interface RampTicket {
  /** Goes before those who can wait. */
  hurry(): void;
  /** Gives the place up; does nothing once it was called. */
  cancel(): void;
}

/**
 * Where the devices of a process queue before they dial, so that a hundred of them do not do it at once.
 *
 * One goes every `RAMP_GAP_MS`; those whom somebody waits for go first, in order.
 */
export class Ramp {
  #queue: { isUrgent: boolean; go: () => void }[] = [];
  #isResting = false;

  constructor(private readonly clock: Clock) {}

  /** Calls `go` when it is this one's turn: at once, if nobody went just before. */
  enter(go: () => void, { isUrgent }: { isUrgent: boolean }): RampTicket {
    const place = { isUrgent, go };
    this.#queue.push(place);
    this.#next();
    return {
      hurry: () => {
        place.isUrgent = true;
      },
      cancel: () => {
        this.#queue = this.#queue.filter((other) => other !== place);
      },
    };
  }

  #next(): void {
    if (this.#isResting) return;
    const next = this.#queue.find(({ isUrgent }) => isUrgent) ?? this.#queue[0];
    if (!next) return;
    this.#queue = this.#queue.filter((other) => other !== next);
    this.#isResting = true;
    this.clock.after(RAMP_GAP_MS, () => {
      this.#isResting = false;
      this.#next();
    });
    next.go();
  }
}
