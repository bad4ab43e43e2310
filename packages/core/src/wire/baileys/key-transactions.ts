import { AsyncLocalStorage } from 'node:async_hooks';
import type { AuthenticationState, WASocket } from '@whiskeysockets/baileys';
import { Turns } from '../signal/turns.js';

/**
 * Takes the place of the transactions that Baileys puts around the keys of a connection.
 *
 * Its own keep back what is written until they end, and lose what is written by work that outlives them: the privacy token of a
 * chat was issued anew with each message. Ours write at once, and only see to it that one comes after the other.
 */
export class KeyTransactions {
  readonly #inside = new AsyncLocalStorage<true>();
  readonly #turns = new Turns();

  constructor({ authState }: WASocket, { get, set }: AuthenticationState['keys']) {
    Object.assign(authState.keys, {
      get,
      set,
      isInTransaction: () => this.#inside.getStore() === true,
      transaction: <T>(work: () => Promise<T>, key: string): Promise<T> =>
        this.#inside.getStore() ? work() : this.#turns.take([key], () => this.freely(work)),
    });
  }

  /** Runs work whose transactions wait for nobody: what it writes is its own. */
  freely<T>(work: () => Promise<T>): Promise<T> {
    return this.#inside.run(true, work);
  }
}
