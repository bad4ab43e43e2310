import { join, resolve as resolvePath } from 'node:path';
import { z } from 'zod';
import type { RunPolicy } from './device/ownership.js';
import { Ramp } from './device/ramp.js';
import { WharfError } from './errors/errors.js';
import { Manager } from './manager.js';
import { MediaFiles } from './media/files.js';
import { MediaLibrary } from './media/library.js';
import { assertNodeVersion } from './node-version.js';
import { claimStorage } from './storage-claims.js';
import { type KeyOptions, readEncryptionKey } from './store/encryption/encryption-key.js';
import { SessionFolders } from './store/folders.js';
import type { Durability } from './types/durability.js';
import type { Endpoint } from './types/endpoint.js';
import { type Clock, systemClock } from './util/clock.js';
import { type Logger, silentLogger } from './util/logger.js';
import { baileysDriver } from './wire/baileys/driver.js';
import { parseEndpoint } from './wire/endpoint.js';

export interface ManagerOptions extends KeyOptions {
  /** The folder everything is kept in; created with access for its owner alone. */
  storage: string;
  /**
   * A simulator to use instead of the real WhatsApp: an object, or the JSON line that the simulator prints.
   * Default: the environment variable `WHARF_ENDPOINT`. Loopback only.
   */
  endpoint?: Endpoint | string;
  /**
   * Which devices this process runs when several share the storage: `always` those in use that no other process runs (the
   * default), `when-listening` those that a consumer here reads, `never` none. In a process that does not run a device
   * everything else works: sending, waiting, queries, the log. See docs/processes.md.
   */
  run?: RunPolicy;
  /** Run every device that is in use. Default true; false: only those that are started or linked in this process. */
  restore?: boolean;
  /** What must not take anything away: the death of the process (default), or a loss of power as well. */
  durability?: Durability;
  /** How much media is kept; what was not put to use for longest goes first, and what is still to be sent stays. */
  media?: {
    /** Files. Default 100,000. */
    maxCount?: number;
    /** All files together. Default 10 GiB. */
    maxBytes?: number;
    /** Default 30 days. */
    maxAgeMs?: number;
    /** What is sent by URL may come from this machine and its network. Default false: others may have chosen the URL. */
    arePrivateAddressesAllowed?: boolean;
  };
  /** Default: says nothing. */
  logger?: Logger;
  clock?: Clock;
}

const optionsSchema = z.object({
  storage: z.string().min(1),
  run: z.enum(['always', 'when-listening', 'never']).default('always'),
  restore: z.boolean().default(true),
  durability: z.enum(['process', 'power']).default('process'),
  media: z
    .strictObject({
      maxCount: z.int().min(1).default(100_000),
      maxBytes: z
        .int()
        .min(1)
        .default(10 * 1024 ** 3),
      maxAgeMs: z
        .int()
        .min(1)
        .default(30 * 24 * 3_600_000),
      arePrivateAddressesAllowed: z.boolean().default(false),
    })
    .prefault({}),
});

/** One for the process: all its managers share the machine and the way to WhatsApp. */
const ramp = new Ramp(systemClock);

/**
 * Opens the storage folder and manages the devices in it.
 *
 * @throws WharfError NODE_TOO_OLD, OPTION_INVALID, ENDPOINT_NOT_LOOPBACK, STORAGE_OPEN, one of kind storage
 */
export async function openManager(options: ManagerOptions): Promise<Manager> {
  assertNodeVersion();
  const parsed = optionsSchema.safeParse(options);
  if (!parsed.success) {
    const option = String(parsed.error.issues[0]?.path[0] ?? 'options');
    throw new WharfError('OPTION_INVALID', { details: { option } });
  }
  const endpointText = options.endpoint ?? process.env.WHARF_ENDPOINT;
  const endpoint = endpointText ? parseEndpoint(endpointText) : undefined;
  const { run, restore, durability } = parsed.data;
  const { arePrivateAddressesAllowed, ...limits } = parsed.data.media;
  const storage = resolvePath(parsed.data.storage);
  const key = readEncryptionKey(options);
  // Loaded only now: the native module would end a process under a version of Node.js that is too old.
  const { openStorage } = await import('./store/sqlite/open-storage.js');
  const clock = options.clock ?? systemClock;
  const logger = options.logger ?? silentLogger;
  const folders = new SessionFolders(storage);
  const giveBack = claimStorage(storage);
  try {
    const { store, openSession } = await openStorage(storage, { key, durability });
    const media = new MediaLibrary(
      new MediaFiles(join(storage, 'media'), durability === 'power'),
      store.media,
      { clock, logger },
      limits,
    );
    const manager = new Manager(
      store,
      {
        folders,
        openSession,
        media,
        storage,
        arePrivateAddressesAllowed,
        driver: baileysDriver,
        ...(endpoint ? { endpoint } : {}),
        clock,
        ramp,
        random: Math.random,
        logger,
      },
      { run, restore, onClosed: giveBack },
    );
    folders.wipeSetAside(clock.now());
    manager.open();
    return manager;
  } catch (error) {
    giveBack();
    throw error;
  }
}
