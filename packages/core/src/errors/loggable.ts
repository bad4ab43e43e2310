import { isWharfError } from './errors.js';

/** What a log may say of an error: which one it is. Its message may quote what it failed on, and that may be anybody's. */
export function loggable(error: unknown): string {
  if (isWharfError(error)) return error.code;
  if (!(error instanceof Error)) return 'a thrown value';
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return /^[A-Z][A-Z0-9_]*$/.test(code) ? `${error.name} ${code}` : error.name;
}
