/** The broad cause of an error. */
export type ErrorKind = 'input' | 'state' | 'connection' | 'refused' | 'media' | 'storage';

/** What every error of a code has in common. */
export interface ErrorCodeDescription {
  kind: ErrorKind;
  /** Whether the same call can succeed later without any change by the caller. */
  retry: 'never' | 'later';
  /** The status an HTTP adapter answers with. */
  httpStatus: number;
  /** What happened, for a person. */
  sentence: string;
  /** What to do about it, for a person. */
  remedy: string;
}

export const describe = (
  kind: ErrorKind,
  retry: 'never' | 'later',
  httpStatus: number,
  sentence: string,
  remedy: string,
): ErrorCodeDescription => ({ kind, retry, httpStatus, sentence, remedy });
