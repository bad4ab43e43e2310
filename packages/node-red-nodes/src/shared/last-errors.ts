import { toNodeError } from './errors.js';

/** What went wrong, and when. */
export interface LastError {
  code: string;
  message: string;
  /** Epoch milliseconds. */
  at: number;
}

/** How many devices are remembered: a flow may name any number of them in its messages. */
const MOST_DEVICES = 200;

/** The latest failure of each device, for those who look at the sidebar. It outlives deploys, not the process. */
export class LastErrors {
  readonly #byDevice = new Map<string, LastError>();

  note(deviceId: string, thrown: unknown): void {
    const { code, message } = toNodeError(thrown);
    this.#byDevice.delete(deviceId);
    this.#byDevice.set(deviceId, { code, message, at: Date.now() });
    const [oldest] = this.#byDevice.keys();
    if (this.#byDevice.size > MOST_DEVICES && oldest !== undefined) this.#byDevice.delete(oldest);
  }

  get(deviceId: string): LastError | undefined {
    return this.#byDevice.get(deviceId);
  }
}
