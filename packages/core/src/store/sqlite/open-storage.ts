import { existsSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { WharfError } from '../../errors/errors.js';
import type { Durability } from '../../types/durability.js';
import type { WriteTurn } from '../../util/write-turn.js';
import {
  isEncrypted,
  newEncryption,
  unlockStorage,
  writeDescription,
} from '../encryption/encryption-file.js';
import type { EncryptionKey } from '../encryption/encryption-key.js';
import { makeFolder } from '../folders.js';
import type { OpenSession, Store } from '../store.js';
import { finishConversion, hasUnfinishedConversion } from './conversion.js';
import { openSqliteSession } from './session.js';
import { lockStorage } from './storage-lock.js';
import { openSqliteStore } from './store.js';

/** An open storage folder. Closing the store gives it back. */
export interface Storage {
  store: Store;
  openSession: OpenSession;
}

/**
 * Opens a storage folder: creates it when it is missing, encrypted if there is a key, and completes what a dead process has left.
 *
 * Nothing is changed when the key does not fit the storage.
 *
 * @throws WharfError ENCRYPTION_KEY_MISSING, ENCRYPTION_KEY_WRONG, STORAGE_NOT_ENCRYPTED, STORAGE_IN_USE, and those of `openDatabase`
 */
export async function openStorage(
  storage: string,
  {
    key,
    durability,
    turn,
  }: { key: EncryptionKey | undefined; durability?: Durability; turn?: WriteTurn | undefined },
): Promise<Storage> {
  makeFolder(storage);
  await prepare(storage, key);
  const unlock = await lockStorage(storage, 'shared');
  try {
    const options = { key: await databaseKeyOf(storage, key), durability };
    const store = openSqliteStore(storage, { ...options, turn });
    return {
      store: {
        ...store,
        close() {
          store.close();
          unlock?.();
        },
      },
      openSession(folder, onFailure) {
        const session = openSqliteSession(folder, { ...options, onFailure });
        try {
          store.noteOpening(basename(folder), session);
          return session;
        } catch (error) {
          session.close();
          throw error;
        }
      },
    };
  } catch (error) {
    unlock?.();
    throw error;
  }
}

/** The key of the databases; undefined for a plain storage. */
export async function databaseKeyOf(
  storage: string,
  key: EncryptionKey | undefined,
): Promise<Uint8Array | undefined> {
  if (!isEncrypted(storage)) {
    if (key) throw new WharfError('STORAGE_NOT_ENCRYPTED');
    return undefined;
  }
  if (!key) throw new WharfError('ENCRYPTION_KEY_MISSING');
  return unlockStorage(storage, key);
}

/** Whether nothing was stored here yet. */
export function isNew(storage: string): boolean {
  const file = join(storage, 'wharf.db');
  return !existsSync(file) || statSync(file).size === 0;
}

/** What one process must do before others may join: creates the databases, or completes a conversion. */
async function prepare(storage: string, key: EncryptionKey | undefined): Promise<void> {
  const isNeeded = () => isNew(storage) || hasUnfinishedConversion(storage);
  const unlock = await lockStorage(storage, 'alone', { isNeeded });
  if (!unlock) return;
  try {
    finishConversion(storage);
    if (!isNew(storage)) return;
    openSqliteStore(storage, { key: await firstKey(storage, key) }).close();
  } finally {
    unlock();
  }
}

/** The key of the databases that are about to be created. */
async function firstKey(storage: string, key: EncryptionKey | undefined): Promise<Uint8Array | undefined> {
  if (!key || isEncrypted(storage)) return databaseKeyOf(storage, key);
  const { description, databaseKey } = await newEncryption(key);
  writeDescription(storage, description);
  return databaseKey;
}
