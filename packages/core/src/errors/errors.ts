import { type ErrorCode, type ErrorKind, errorCodes } from './codes.js';

/** Facts that help to find the cause. Never credentials, keys, phone numbers or message text. */
export type ErrorDetails = Record<string, string | number | boolean | undefined>;

/**
 * The one error Wharf throws: a stable code, and a sentence that says what to do.
 *
 * `retry` answers whether the same call can succeed later without a change. `toString()` is fit for a person.
 */
export class WharfError extends Error {
  readonly code: ErrorCode;
  readonly kind: ErrorKind;
  readonly retry: 'never' | 'later';
  readonly httpStatus: number;
  readonly remedy: string;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, options: { details?: ErrorDetails; cause?: unknown } = {}) {
    const { kind, retry, httpStatus, sentence, remedy } = errorCodes[code];
    super(`${sentence} ${remedy}`, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.kind = kind;
    this.retry = retry;
    this.httpStatus = httpStatus;
    this.remedy = remedy;
    this.details = options.details ?? {};
  }
}

/** True for a WharfError, also one made by another copy of the package in the same process. */
export function isWharfError(error: unknown): error is WharfError {
  return error instanceof Error && error.name === 'WharfError' && 'code' in error && 'remedy' in error;
}
