import { existsSync } from 'node:fs';
import { resolve as resolvePath } from 'node:path';
import { z } from 'zod';
import { buildManager } from './build-manager.js';
import { OwnCrew } from './device/crew.js';
import type { RunPolicy } from './device/ownership.js';
import { Ramp } from './device/ramp.js';
import { WharfError } from './errors/errors.js';
import type { Manager } from './manager.js';
import { assertNodeVersion } from './node-version.js';
import { claimStorage } from './storage-claims.js';
import { type KeyOptions, readEncryptionKey } from './store/encryption/encryption-key.js';
import { SessionFolders } from './store/folders.js';
import { THREAD_FILE } from './threads/device-thread.js';
import { DeviceThreads, MAIN_TURN } from './threads/device-threads.js';
import type { StoragePlan } from './threads/messages.js';
import type { Durability } from './types/durability.js';
import type { Endpoint } from './types/endpoint.js';
import { type Clock, systemClock } from './util/clock.js';
import { type Logger, silentLogger } from './util/logger.js';
import { WriteTurn } from './util/write-turn.js';
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
  /**
   * Run the devices in so many other threads, each device in one of them, so that all cores are used. Default 0: in this thread.
   * Everything else is the same; `clock` cannot be set with it. See docs/processes.md.
   */
  threads?: number;
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
  threads: z.int().min(0).max(64).default(0),
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
  if (!parsed.success) throw invalid(String(parsed.error.issues[0]?.path[0] ?? 'options'));
  const { run, restore, durability, threads } = parsed.data;
  // Time cannot be handed to another thread.
  if (threads > 0 && options.clock) throw invalid('clock');
  if (threads > 0 && !existsSync(THREAD_FILE)) throw invalid('threads');
  const endpointText = options.endpoint ?? process.env.WHARF_ENDPOINT;
  const { arePrivateAddressesAllowed, ...media } = parsed.data.media;
  const storage = resolvePath(parsed.data.storage);
  const plan: StoragePlan = {
    storage,
    key: readEncryptionKey(options),
    durability,
    endpoint: endpointText ? parseEndpoint(endpointText) : undefined,
    media,
    arePrivateAddressesAllowed,
  };
  const clock = options.clock ?? systemClock;
  const logger = options.logger ?? silentLogger;
  // Makes the folder, which is known by its real path.
  const folders = new SessionFolders(storage);
  const giveBack = claimStorage(storage);
  const around = { clock, logger, ramp, onClosed: giveBack };
  const policy = { run, restore };
  try {
    const manager = await (threads > 0
      ? buildThreaded({ ...plan, ...policy }, threads, around)
      : buildManager(plan, { ...around, crewOf: (ground) => new OwnCrew(ground, policy) }));
    folders.wipeSetAside(clock.now());
    manager.fleet.open();
    return manager;
  } catch (error) {
    giveBack();
    throw error;
  }
}

/** A manager whose devices run in other threads. */
function buildThreaded(
  plan: StoragePlan & { run: RunPolicy; restore: boolean },
  threads: number,
  around: { clock: Clock; logger: Logger; ramp: Ramp; onClosed(): void },
): Promise<Manager> {
  const turn = WriteTurn.newCell();
  return buildManager(plan, {
    ...around,
    turn: new WriteTurn(turn, MAIN_TURN),
    // The threads say what they have written; what other processes write is looked for less often.
    seen: (store) => ({
      ...store,
      watch: (clock, listener) => store.watch(clock, listener, FOREIGN_PAUSE_MS),
    }),
    crewOf: (ground) => new DeviceThreads(ground, { ...plan, turn, threads, ramp }),
  });
}

/** Between two looks for what other processes have written, while the threads write all the time. */
const FOREIGN_PAUSE_MS = 100;

const invalid = (option: string) => new WharfError('OPTION_INVALID', { details: { option } });
