import { type ErrorCode, errorCodes } from '../errors/codes.js';

const BASE_MS = 2_000;
const CAP_MS = 5 * 60_000;

/**
 * How long a message waits after its attempt `attempt` (the first is 1) has failed: exponential, jittered, capped.
 *
 * @param random from 0 to 1
 */
export function retryMs(attempt: number, random: number): number {
  const span = Math.min(CAP_MS, BASE_MS * 2 ** Math.min(30, Math.max(0, attempt - 1)));
  return Math.round(span * (0.5 + random / 2));
}

/**
 * Whether the outbox itself makes another attempt after this error.
 *
 * What WhatsApp has refused is not repeated unasked, even if it might pass later: for an account that is being watched, each
 * repetition makes things worse. The `retry` of such an error is for the caller. What could not be stored goes out once it can be.
 */
export function isRepeated(code: ErrorCode): boolean {
  const { kind, retry } = errorCodes[code];
  return kind === 'storage' || (retry === 'later' && kind !== 'refused');
}
