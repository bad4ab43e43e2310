import { type Companion, deviceAddress } from '../accounts/device.js';
import { SimulatorError } from '../errors.js';

const WINDOW_MS = 60_000;

/** How often a device may ask about groups. WhatsApp answers 429 to those who ask too often; off by default. */
export class QueryLimit {
  /** Queries a device has per minute; undefined: as many as it likes. */
  perMinute: number | undefined;
  readonly #asked = new Map<string, number[]>();

  /** Counts a query. @throws SimulatorError 429 when it is one too many. */
  count(companion: Companion): void {
    if (this.perMinute === undefined) return;
    const address = deviceAddress(companion);
    const now = Date.now();
    const recent = (this.#asked.get(address) ?? []).filter((at) => at > now - WINDOW_MS);
    if (recent.length >= this.perMinute)
      throw new SimulatorError('RATE_LIMIT', 429, 'Too many queries about groups: wait a minute.');
    this.#asked.set(address, [...recent, now]);
  }

  /** Sets the limit anew; what was asked so far no longer counts. */
  set(perMinute: number | undefined): void {
    this.perMinute = perMinute;
    this.#asked.clear();
  }
}
