import { WharfError } from '@wharf/core';

/** What names a file of the machine that the gateway runs on: a source of media, or where to save some. */
const PATH_FIELDS = ['path', 'saveAs'];

/**
 * Refuses an input that would have files read or written here for somebody elsewhere.
 *
 * @throws WharfError PATH_NOT_ALLOWED
 */
export function assertNoPaths(input: unknown): void {
  if (typeof input !== 'object' || input === null) return;
  for (const [key, value] of Object.entries(input)) {
    if (PATH_FIELDS.includes(key)) throw new WharfError('PATH_NOT_ALLOWED', { details: { option: key } });
    assertNoPaths(value);
  }
}
