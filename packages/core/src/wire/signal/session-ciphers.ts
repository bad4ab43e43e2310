import type { SessionCipher } from 'whatsapp-rust-bridge';
import type { SignalAddress } from './address.js';
import type { StagedStorage } from './staged-storage.js';

/** A cipher with the storage it was made with. It keeps the session inside, so it is only good while nobody else writes it. */
export interface OpenCipher {
  cipher: SessionCipher;
  storage: StagedStorage;
}

/**
 * The ciphers at rest, the latest used last; the ones too many are freed.
 *
 * A cipher is taken out to be used and given back when the operation has succeeded. One that is not given back must be
 * freed: its session is ahead of the store. WebAssembly memory that is not freed is never returned.
 */
export class SessionCiphers {
  readonly #atRest = new Map<SignalAddress, OpenCipher>();
  #isClosed = false;

  constructor(private readonly limit: number) {}

  get size(): number {
    return this.#atRest.size;
  }

  /** What a cipher at rest has stored last; undefined when there is none. */
  recordOf(address: SignalAddress): Uint8Array | undefined {
    return this.#atRest.get(address)?.storage.session;
  }

  take(address: SignalAddress): OpenCipher | undefined {
    const open = this.#atRest.get(address);
    this.#atRest.delete(address);
    return open;
  }

  give(address: SignalAddress, open: OpenCipher): void {
    if (this.#isClosed) return open.cipher.free();
    this.#atRest.set(address, open);
    const [oldest] = this.#atRest.keys();
    if (this.#atRest.size > this.limit && oldest !== undefined) this.drop(oldest);
  }

  /** Forgets a cipher whose session is about to be changed by other means. */
  drop(address: SignalAddress): void {
    this.take(address)?.cipher.free();
  }

  /** Frees all, and from now on whatever is given back. */
  close(): void {
    this.#isClosed = true;
    for (const address of this.#atRest.keys()) this.drop(address);
  }
}
