import { randomBytes } from 'node:crypto';

const REFS = 6;
/** A picture on its way from a screen to a camera may be this old. */
const GRACE_MS = 2_000;

/** How long a client shows each of its QR codes: the first one longer than those after it. Milliseconds. */
export interface QrLifetime {
  firstMs: number;
  nextMs: number;
}

/**
 * The references of one client's QR codes, shown one after the other.
 *
 * The server does not see which one is on the screen. It goes by the time that clients agree on, and by what was
 * scanned: a client that shows the third will not show the first again.
 */
export class QrRefs {
  readonly all: string[] = Array.from({ length: REFS }, () => `2@${randomBytes(24).toString('base64url')}`);
  readonly #lifetime: QrLifetime;
  readonly #startedAt = Date.now();
  #latestSeen = 0;

  constructor(lifetime: QrLifetime) {
    this.#lifetime = lifetime;
  }

  /** When the last of them is no longer shown, in milliseconds from the start. */
  get lastsMs(): number {
    return this.#expiry(REFS - 1);
  }

  /** Whether a reference is too old to be the one on the screen. */
  hasExpired(ref: string): boolean {
    const index = this.all.indexOf(ref);
    return index < this.#latestSeen || Date.now() - this.#startedAt > this.#expiry(index) + GRACE_MS;
  }

  /** Notes that a camera saw this one: those before it are history. */
  noteSeen(ref: string): void {
    this.#latestSeen = Math.max(this.#latestSeen, this.all.indexOf(ref));
  }

  #expiry(index: number): number {
    return this.#lifetime.firstMs + index * this.#lifetime.nextMs;
  }
}
