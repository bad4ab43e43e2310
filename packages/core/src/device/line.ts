import { bounds } from '../bounds.js';
import type { Clock } from '../util/clock.js';
import type { Wire, WireDriver, WireEvent, WireOptions } from '../wire/wire.js';

/** Dials the connection that was reserved; does nothing when another one has taken its place since. */
export type Dial = (
  options: () => Omit<WireOptions, 'emit'>,
  onEvent: (event: WireEvent) => void,
) => Promise<void>;

/** The one connection of a device. Words of a wire that is no longer the current one are dropped. */
export class Line {
  #wire: Wire | undefined;
  #number = 0;
  #isPaired = false;
  #cancelDeadline: () => void = () => undefined;

  constructor(
    private readonly driver: WireDriver,
    private readonly clock: Clock,
    /** The connection has not come as far as it must by now. */
    private readonly onLate: () => void,
  ) {}

  /** The connection, from the moment it was dialled until it has closed. */
  get wire(): Wire | undefined {
    return this.#wire;
  }

  /** Reserves the line for a new connection, which is dialled later. */
  reserve(): Dial {
    this.#cancelDeadline();
    this.#isPaired = false;
    this.#number += 1;
    const number = this.#number;
    const isCurrent = () => number === this.#number;
    return async (options, onEvent) => {
      if (!isCurrent()) return;
      const emit = (event: WireEvent): boolean => {
        if (!isCurrent()) return false;
        this.#follow(event);
        onEvent(event);
        // What could not be stored has put the line out of service.
        return isCurrent();
      };
      this.#cancelDeadline = this.clock.after(bounds.dialMs, this.onLate);
      try {
        const wire = await this.driver.open({ ...options(), emit });
        if (isCurrent()) this.#wire = wire;
        else await wire.close();
      } catch (error) {
        if (!isCurrent()) return;
        this.#cancelDeadline();
        throw error;
      }
    };
  }

  /** Takes the connection out of service at once; whoever calls closes it. */
  drop(): Wire | undefined {
    const wire = this.#wire;
    this.#cancelDeadline();
    this.#number += 1;
    this.#wire = undefined;
    return wire;
  }

  /** Until a code is shown or the device is logged in, the connection has only so much time. */
  #follow({ type }: WireEvent): void {
    switch (type) {
      case 'closed':
        this.#wire = undefined;
        return this.#cancelDeadline();
      case 'opened':
        return this.#cancelDeadline();
      case 'qr':
      case 'code':
        // One that was under way when the phone accepted changes nothing.
        if (!this.#isPaired) this.#cancelDeadline();
        return;
      case 'paired':
        this.#isPaired = true;
        this.#cancelDeadline();
        this.#cancelDeadline = this.clock.after(bounds.pairedMs, this.onLate);
    }
  }
}
