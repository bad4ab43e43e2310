import { realpathSync } from 'node:fs';
import { WharfError } from './errors/errors.js';

/**
 * The storage folders that this process has open, known to every copy of the package in it.
 *
 * Two copies may bring two builds of SQLite, and by POSIX rules the one that closes a file frees the locks of the other.
 */
const KEY = Symbol.for('wharf.storages.v1');
const registry = globalThis as { [KEY]?: Set<string> };
registry[KEY] ??= new Set();
const open = registry[KEY];

/**
 * Reserves a storage folder, which exists, for one manager; call the result to give it back.
 *
 * @throws WharfError STORAGE_OPEN
 */
export function claimStorage(folder: string): () => void {
  const path = realpathSync(folder);
  if (open.has(path)) throw new WharfError('STORAGE_OPEN');
  open.add(path);
  return () => open.delete(path);
}
