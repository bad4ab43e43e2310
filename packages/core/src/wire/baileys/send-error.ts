import { WharfError } from '../../errors/errors.js';
import { refusalCode } from '../refusal.js';
import { SignalError } from '../signal/signal-error.js';

/**
 * What Baileys throws when a message cannot be written, in our words; what says nothing is passed on.
 *
 * A query that the server answers with an error (the members of a group one is not in) carries the server's number as `data`.
 *
 * @param keysRefused the server's number when it has no keys for the recipient
 */
export function sendError(error: unknown, keysRefused: number | undefined): unknown {
  if (error instanceof SignalError && error.failure === 'forged') {
    return new WharfError('RECIPIENT_UNVERIFIED', { cause: error });
  }
  const isForNobody = error instanceof Error && error.message === 'All encryptions failed';
  const answer = error instanceof Error && 'data' in error ? error.data : undefined;
  const refusal = isForNobody ? keysRefused : answer;
  if (typeof refusal !== 'number' || refusal < 400) return error;
  return new WharfError(refusalCode(refusal), { details: { refusal }, cause: error });
}
