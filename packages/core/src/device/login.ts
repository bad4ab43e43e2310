import type { WharfError } from '../errors/errors.js';
import type { Account } from '../types/device.js';

/** The last step of a login; there is exactly one. */
export type LoginOutcome =
  | { type: 'connected'; account: Account }
  | { type: 'failed'; error: WharfError }
  | { type: 'cancelled' };

/**
 * One step of a login.
 *
 * `code` is to be typed on the phone: Linked devices > Link a device > Link with phone number instead.
 * `qr` carries the raw text of the code to draw; a newer `qr` step replaces it at `expiresAt` (epoch milliseconds).
 * `scanned`: the phone has accepted, the device now logs in for the first time.
 */
export type LoginStep =
  | { type: 'dialing' }
  | { type: 'qr'; qr: string; expiresAt: number }
  | { type: 'code'; code: string; expiresAt: number }
  | { type: 'scanned' }
  | LoginOutcome;

/** How a device is linked: by a QR code that the phone scans, or by a code for its number that is typed on it. */
export type LoginMethod = { method: 'qr' } | { method: 'code'; phone: string };

/** An attempt to link a device. Iterate over it for the steps from now on, the latest first. */
export interface Login extends AsyncIterable<LoginStep> {
  /** The latest step. */
  readonly current: LoginStep;
  /** Settles with the last step; never rejects. */
  readonly outcome: Promise<LoginOutcome>;
  /** Ends the attempt; the device is `disconnected` again. Does nothing when it has ended. */
  cancel(): void;
}
