import type { ErrorCode } from '../errors/codes.js';

/**
 * What the server's refusal of a message means: the numbers are those of the `error` in its acknowledgement, or of its answer
 * to a query that the message needs.
 *
 * - 463: the account may not begin conversations now
 * - 479: the stanza does not pass the server's checks: a session or an address is out of date
 * - 421: the members or the addressing of a group have changed meanwhile; the next attempt asks for them anew
 * - 408, 429 and all from 500 on: not now
 */
export function refusalCode(refusal: number): ErrorCode {
  if (refusal === 463) return 'SEND_RESTRICTED';
  if (refusal === 479) return 'SEND_MALFORMED';
  if (refusal === 408 || refusal === 421 || refusal === 429 || refusal >= 500) return 'SEND_DEFERRED';
  return 'SEND_REFUSED';
}
