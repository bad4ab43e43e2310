import { isWharfError, type WharfError } from '../errors/errors.js';
import type { CloseCode } from '../wire/wire.js';

/** The errors that end by themselves, once there is space or the disk can be written again. */
const PASSING = ['STORAGE_FULL', 'STORAGE_NOT_WRITABLE', 'STORAGE_IN_USE'];

/** Whether something could not be read or written; undefined for any other error. */
export function storageFailure(error: unknown): WharfError | undefined {
  return isWharfError(error) && error.kind === 'storage' ? error : undefined;
}

/** As what the end of a connection counts that an error has caused on our side. */
export function closeCodeOf(error: unknown): CloseCode {
  if (!isWharfError(error)) return 500;
  if (error.code === 'DEVICE_IN_USE') return 'in_use';
  if (error.kind !== 'storage') return 500;
  return PASSING.includes(error.code) ? 'storage_failed' : 'storage_damaged';
}

/** Does something, and tells if it could not be stored; any other error goes on. */
export function catchStorageFailure(run: () => void, onFailure: (failure: WharfError) => void): void {
  try {
    run();
  } catch (error) {
    const failure = storageFailure(error);
    if (!failure) throw error;
    onFailure(failure);
  }
}

/** Writes what can be made up for later: a state is true also when it cannot be stored. */
export function storeIfPossible(write: () => void, onFailure: () => void): void {
  catchStorageFailure(write, onFailure);
}
