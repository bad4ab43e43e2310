import { resolve as resolvePath } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { WharfError } from './errors/errors.js';
import type { Manager } from './manager.js';
import { type ManagerOptions, openManager } from './open-manager.js';

interface Shared {
  manager: Promise<Manager>;
  options: ManagerOptions;
  leases: number;
}

/** The shape is versioned: another copy of the package in the same process may be of another release. */
const KEY = Symbol.for('wharf.runtime.v1');
const registry = globalThis as { [KEY]?: Map<string, Shared> };
registry[KEY] ??= new Map();
const shared = registry[KEY];

/** What all who share a manager must agree on. A clock or a logger is a matter of the first one. */
const COMMON = ['endpoint', 'run', 'restore', 'threads'] as const;

/** A share in a manager. */
export interface Lease {
  manager: Manager;
  /** Gives the share back; the last one closes the manager. Only the first call counts. */
  release(): Promise<void>;
}

/**
 * Opens a manager, or joins the one this process has for the storage folder, also when the package is loaded twice.
 *
 * The options of the first caller count; one of a later caller that says otherwise is refused.
 *
 * @throws WharfError OPTIONS_DIFFER, and those of `openManager`
 */
export async function shareManager(options: ManagerOptions): Promise<Lease> {
  const storage = resolvePath(options.storage);
  const entry = shared.get(storage) ?? open(storage, options);
  const contradicted = COMMON.find(
    (name) => options[name] !== undefined && !isDeepStrictEqual(options[name], entry.options[name]),
  );
  if (contradicted) throw new WharfError('OPTIONS_DIFFER', { details: { option: contradicted } });
  entry.leases += 1;
  try {
    const manager = await entry.manager;
    let isReleased = false;
    return {
      manager,
      async release() {
        if (isReleased) return;
        isReleased = true;
        await leave(storage, entry);
      },
    };
  } catch (error) {
    await leave(storage, entry).catch(() => undefined);
    throw error;
  }
}

function open(storage: string, options: ManagerOptions): Shared {
  const endpoint = process.env.WHARF_ENDPOINT;
  const defaults = { run: 'always', restore: true, threads: 0, ...(endpoint ? { endpoint } : {}) } as const;
  const entry: Shared = { manager: openManager(options), options: { ...defaults, ...options }, leases: 0 };
  shared.set(storage, entry);
  return entry;
}

async function leave(storage: string, entry: Shared): Promise<void> {
  entry.leases -= 1;
  if (entry.leases > 0) return;
  if (shared.get(storage) === entry) shared.delete(storage);
  await (await entry.manager).close();
}
