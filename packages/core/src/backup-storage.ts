import { existsSync, readdirSync, rmSync } from 'node:fs';
import { resolve as resolvePath } from 'node:path';
import type { KeyText } from './encrypt-storage.js';
import { WharfError } from './errors/errors.js';
import { assertNodeVersion } from './node-version.js';
import { claimStorage } from './storage-claims.js';
import { parseEncryptionKey } from './store/encryption/encryption-key.js';
import type { CopyProgress } from './store/sqlite/copy-storage.js';

export type { CopyProgress };

/**
 * Copies a storage folder, also while other processes use it, into a folder that is empty or not there yet.
 *
 * An encrypted storage stays encrypted with its key, which is needed to check what was copied. Each database is as it was at one
 * moment; a device that is started from the copy is noticed as restored, and uses no key twice. A copy that fails leaves nothing.
 *
 * @throws WharfError STORAGE_NOT_FOUND, STORAGE_OPEN, ENCRYPTION_KEY_MISSING, ENCRYPTION_KEY_WRONG, STORAGE_NOT_ENCRYPTED, OPTION_INVALID, STORAGE_IN_USE, STORAGE_FULL, STORAGE_NOT_WRITABLE, STORAGE_DAMAGED
 */
export async function backupStorage(
  storage: string,
  destination: string,
  { key, onProgress = () => undefined }: { key?: KeyText; onProgress?(progress: CopyProgress): void } = {},
): Promise<void> {
  assertNodeVersion();
  if (storage === '') throw new WharfError('OPTION_INVALID', { details: { option: 'storage' } });
  const [from, to] = [resolvePath(storage), resolvePath(destination)];
  const isInside = `${to}/`.startsWith(`${from}/`);
  if (destination === '' || isInside || (existsSync(to) && readdirSync(to).length > 0))
    throw new WharfError('OPTION_INVALID', { details: { option: 'destination' } });
  const { copyStorage } = await import('./store/sqlite/copy-storage.js');
  const { databaseKeyOf, isNew } = await import('./store/sqlite/open-storage.js');
  if (isNew(from)) throw new WharfError('STORAGE_NOT_FOUND');
  const databaseKey = await databaseKeyOf(from, key === undefined ? undefined : parseEncryptionKey(key));
  // A process that closes a file frees all its own locks on it, so a manager here would be robbed of its own.
  const release = claimStorage(from);
  try {
    await copyStorage(from, to, databaseKey, onProgress);
  } catch (error) {
    rmSync(to, { recursive: true, force: true });
    throw error;
  } finally {
    release();
  }
}
