import { resolve as resolvePath } from 'node:path';
import { WharfError } from './errors/errors.js';
import { assertNodeVersion } from './node-version.js';
import { parseEncryptionKey } from './store/encryption/encryption-key.js';

/** 32 bytes, as such or as 64 hexadecimal digits or in base64; or a passphrase of 12 characters or more. */
export type KeyText = string | Uint8Array;

/**
 * Encrypts a storage that is not encrypted; does nothing to one that is encrypted with this key.
 *
 * Survives being killed: the storage is then as it was, or is encrypted from its next use.
 *
 * @throws WharfError STORAGE_IN_USE, STORAGE_NOT_FOUND, ENCRYPTION_KEY_WRONG, OPTION_INVALID, STORAGE_FULL, STORAGE_NOT_WRITABLE, STORAGE_DAMAGED
 */
export function encryptStorage(storage: string, key: KeyText): Promise<void> {
  return change(storage, { to: key });
}

/**
 * Encrypts an encrypted storage anew with another key; does nothing to one that is encrypted with the new key.
 *
 * Survives being killed: the storage then opens with the old key, or with the new one.
 *
 * @throws WharfError those of `encryptStorage`, STORAGE_NOT_ENCRYPTED
 */
export function rekeyStorage(storage: string, oldKey: KeyText, newKey: KeyText): Promise<void> {
  return change(storage, { from: oldKey, to: newKey });
}

/**
 * Decrypts a storage; does nothing to one that is not encrypted.
 *
 * @throws WharfError those of `encryptStorage`
 */
export function decryptStorage(storage: string, key: KeyText): Promise<void> {
  return change(storage, { from: key });
}

async function change(folder: string, { from, to }: { from?: KeyText; to?: KeyText }): Promise<void> {
  assertNodeVersion();
  if (folder === '') throw new WharfError('OPTION_INVALID', { details: { option: 'storage' } });
  const keys = {
    from: from === undefined ? undefined : parseEncryptionKey(from),
    to: to === undefined ? undefined : parseEncryptionKey(to),
  };
  const { changeKey } = await import('./store/sqlite/change-key.js');
  await changeKey(resolvePath(folder), keys);
}
