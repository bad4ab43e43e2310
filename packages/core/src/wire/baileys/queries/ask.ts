import { bounds } from '../../../bounds.js';
import type { ErrorCode } from '../../../errors/codes.js';
import { isWharfError, WharfError } from '../../../errors/errors.js';
import { withDeadline } from '../../../util/deadline.js';

type Asking = Record<string, (...args: never[]) => Promise<unknown>>;

/** The same questions, each answered within the bound or ended by a WharfError. */
export function bounded<T extends object>(questions: T): T {
  const entries = Object.entries(questions as Asking).map(([name, ask]) => [
    name,
    async (...args: never[]) => {
      try {
        return await withDeadline(ask(...args), bounds.askMs, () => {
          throw new WharfError('CONNECTION_TIMED_OUT');
        });
      } catch (error) {
        throw askError(error);
      }
    },
  ]);
  return Object.fromEntries(entries) as T;
}

/** What a refusal by its number means for whoever asked. */
function codeOf(refusal: number): ErrorCode {
  if (refusal === 401 || refusal === 403) return 'ACTION_NOT_ALLOWED';
  if (refusal === 404 || refusal === 410) return 'ACTION_TARGET_NOT_FOUND';
  if (refusal === 409) return 'ACTION_CONFLICT';
  if (refusal === 429) return 'ACTION_RATE_LIMITED';
  if (refusal === 408 || refusal >= 500) return 'ACTION_DEFERRED';
  return 'ACTION_NOT_ACCEPTED';
}

/** An answer that says no. */
export function refused(refusal: number, cause?: unknown): WharfError {
  return new WharfError(codeOf(refusal), { details: { refusal }, cause });
}

/** What Baileys throws, in our words: a refusal carries its number as `data`, one of GraphQL in its `extensions`. */
function askError(error: unknown): unknown {
  if (isWharfError(error)) return error;
  const { data, output, message } = (error ?? {}) as {
    data?: unknown;
    output?: { statusCode?: number };
    message?: string;
  };
  const graph = (data as { extensions?: { error_code?: unknown } } | undefined)?.extensions?.error_code;
  const refusal = typeof data === 'number' ? data : typeof graph === 'number' ? graph : undefined;
  if (refusal !== undefined && refusal >= 400) return refused(refusal, error);
  if (message?.startsWith('Unable to resolve'))
    return new WharfError('ACTION_TARGET_NOT_FOUND', { cause: error });
  const { statusCode } = output ?? {};
  if (statusCode === 408) return new WharfError('CONNECTION_TIMED_OUT', { cause: error });
  if (statusCode === 428) return new WharfError('CONNECTION_FAILED', { cause: error });
  return new WharfError('ANSWER_UNREADABLE', { cause: error });
}
