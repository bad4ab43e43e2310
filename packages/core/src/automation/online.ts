import type { PresenceSettings } from '../types/automation-settings.js';
import type { Clock } from '../util/clock.js';
import type { Wire } from '../wire/wire.js';

/** Shows the account as online or away, as the settings say: when a connection is made, and while it lasts. */
export class Online {
  #wire: Wire | undefined;
  #isShown = false;
  #pulseMs: number | undefined;
  #cancel: () => void = () => undefined;

  constructor(
    private readonly clock: Clock,
    private readonly onFailure: (error: unknown) => void,
  ) {}

  follow(wire: Wire | undefined, { onConnect, isAlwaysOnline, pulseMs }: PresenceSettings): void {
    const isWanted = isAlwaysOnline || onConnect === 'available';
    const pulse = wire && isAlwaysOnline ? pulseMs : undefined;
    // A connection begins as away.
    const wasShown = wire === this.#wire && this.#isShown;
    const isSamePulse = wire === this.#wire && pulse === this.#pulseMs;
    this.#wire = wire;
    this.#isShown = isWanted;
    if (wire && isWanted !== wasShown) this.#say(wire);
    if (isSamePulse) return;
    this.#cancel();
    this.#pulseMs = pulse;
    if (wire && pulse !== undefined) this.#beat(wire, pulse);
  }

  #beat(wire: Wire, pulseMs: number): void {
    this.#cancel = this.clock.after(pulseMs, () => {
      this.#say(wire);
      this.#beat(wire, pulseMs);
    });
  }

  #say(wire: Wire): void {
    wire.queries.presence.set(this.#isShown ? 'available' : 'unavailable').catch(this.onFailure);
  }
}
