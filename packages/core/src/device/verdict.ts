import type { DisconnectedReason, LoggedOutReason, ReconnectingReason } from '../types/device.js';
import type { CloseCode } from '../wire/wire.js';

/** What the end of a connection means for the device. */
export type Verdict =
  | { type: 'logged_out'; reason: LoggedOutReason }
  | { type: 'disconnected'; reason: DisconnectedReason }
  | { type: 'refresh_version' }
  | { type: 'retry'; reason: ReconnectingReason };

/** Judges a close code. Keys are wiped only where WhatsApp says that the session is over; every unknown code is retried. */
export function verdictOf(code: CloseCode): Verdict {
  switch (code) {
    case 401:
      return { type: 'logged_out', reason: 'unlinked_from_phone' };
    case 403:
    case 406:
      return { type: 'logged_out', reason: 'account_refused' };
    case 402:
      return { type: 'disconnected', reason: 'banned' };
    case 405:
      return { type: 'refresh_version' };
    case 'passkey_required':
      return { type: 'disconnected', reason: 'passkey_required' };
    case 409:
    case 411:
    case 'refused':
      return { type: 'disconnected', reason: 'rejected' };
    case 440:
      return { type: 'disconnected', reason: 'replaced' };
    case 408:
    case 428:
      return { type: 'retry', reason: 'connection_lost' };
    case 515:
      return { type: 'retry', reason: 'restart_required' };
    case 'storage_damaged':
      return { type: 'disconnected', reason: 'storage_damaged' };
    case 'broken_frame':
    case 'deaf':
    case 'silent':
    case 'storage_failed':
    case 'in_use':
      return { type: 'retry', reason: code };
    default:
      return { type: 'retry', reason: 'server_error' };
  }
}
