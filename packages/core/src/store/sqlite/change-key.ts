import { WharfError } from '../../errors/errors.js';
import { isEncrypted, newEncryption, unlockStorage } from '../encryption/encryption-file.js';
import type { EncryptionKey } from '../encryption/encryption-key.js';
import { convertStorage, finishConversion } from './conversion.js';
import { isNew } from './open-storage.js';
import { lockStorage } from './storage-lock.js';

/** The keys before and after; without `from` the storage is to be encrypted, without `to` it is to be decrypted. */
interface Keys {
  from?: EncryptionKey | undefined;
  to?: EncryptionKey | undefined;
}

/**
 * Changes the key of a storage that nobody uses; does nothing when that is done already, by an earlier call that was killed, say.
 *
 * @throws WharfError STORAGE_NOT_FOUND, STORAGE_IN_USE, STORAGE_NOT_ENCRYPTED, ENCRYPTION_KEY_WRONG, and those of `convertStorage`
 */
export async function changeKey(storage: string, { from, to }: Keys): Promise<void> {
  if (isNew(storage)) throw new WharfError('STORAGE_NOT_FOUND');
  const unlock = await lockStorage(storage, 'alone', { waitMs: 0 });
  try {
    finishConversion(storage);
    if (await isAsWanted(storage, to)) return;
    if (from && !isEncrypted(storage)) throw new WharfError('STORAGE_NOT_ENCRYPTED');
    // To be encrypted, and encrypted with another key.
    if (!from && isEncrypted(storage)) throw new WharfError('ENCRYPTION_KEY_WRONG');
    const before = from && (await unlockStorage(storage, from));
    convertStorage(storage, before, to && (await newEncryption(to)));
  } finally {
    unlock?.();
  }
}

async function isAsWanted(storage: string, to: EncryptionKey | undefined): Promise<boolean> {
  if (!isEncrypted(storage)) return to === undefined;
  if (!to) return false;
  try {
    await unlockStorage(storage, to);
    return true;
  } catch (error) {
    if (error instanceof WharfError && error.code === 'ENCRYPTION_KEY_WRONG') return false;
    throw error;
  }
}
