import { join } from 'node:path';
import type { Crew, CrewGround } from './device/crew.js';
import type { DeviceSurroundings } from './device/surroundings.js';
import { Manager } from './manager.js';
import { MediaFiles } from './media/files.js';
import { MediaLibrary } from './media/library.js';
import { SessionFolders } from './store/folders.js';
import type { Store } from './store/store.js';
import type { StoragePlan } from './threads/messages.js';
import type { WriteTurn } from './util/write-turn.js';
import { baileysDriver } from './wire/baileys/driver.js';

interface BuildOptions extends Pick<DeviceSurroundings, 'clock' | 'logger' | 'ramp'> {
  /** Where several threads write to the storage. */
  turn?: WriteTurn;
  /** The store as this manager sees it. */
  seen?: (store: Store) => Store;
  crewOf(ground: CrewGround): Crew;
  onClosed(): void;
}

/** Opens a storage and puts a manager together; it runs when it is opened. */
export async function buildManager(
  { storage, key, durability, endpoint, media: limits, arePrivateAddressesAllowed }: StoragePlan,
  { turn, seen = (store) => store, clock, logger, ramp, crewOf, onClosed }: BuildOptions,
): Promise<Manager> {
  // Loaded only now: the native module would end a process under a version of Node.js that is too old.
  const { openStorage } = await import('./store/sqlite/open-storage.js');
  const opened = await openStorage(storage, { key, durability, turn });
  const store = seen(opened.store);
  const files = new MediaFiles(join(storage, 'media'), durability === 'power');
  const media = new MediaLibrary(files, store.media, { clock, logger }, limits);
  return new Manager(
    {
      store,
      folders: new SessionFolders(storage),
      openSession: opened.openSession,
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
    { crewOf, onClosed },
  );
}
