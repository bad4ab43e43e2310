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

  constructor(private readonly driver: WireDriver) {}

  /** The connection, from the moment it was dialled until it has closed. */
  get wire(): Wire | undefined {
    return this.#wire;
  }

  /** Reserves the line for a new connection, which is dialled later. */
  reserve(): Dial {
    this.#number += 1;
    const number = this.#number;
    const isCurrent = () => number === this.#number;
    return async (options, onEvent) => {
      if (!isCurrent()) return;
      const emit = (event: WireEvent): boolean => {
        if (!isCurrent()) return false;
        if (event.type === 'closed') this.#wire = undefined;
        onEvent(event);
        // What could not be stored has put the line out of service.
        return isCurrent();
      };
      try {
        const wire = await this.driver.open({ ...options(), emit });
        if (isCurrent()) this.#wire = wire;
        else await wire.close();
      } catch (error) {
        if (isCurrent()) throw error;
      }
    };
  }

  /** Takes the connection out of service at once; whoever calls closes it. */
  drop(): Wire | undefined {
    const wire = this.#wire;
    this.#number += 1;
    this.#wire = undefined;
    return wire;
  }
}
