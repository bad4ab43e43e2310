import { WharfError } from '../errors/errors.js';

/** The WharfError for what the file system has thrown; anything else as it is. */
export function fileError(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOSPC' || code === 'EDQUOT') return new WharfError('STORAGE_FULL', { cause: error });
  if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM') {
    return new WharfError('STORAGE_NOT_WRITABLE', { cause: error });
  }
  return error;
}
