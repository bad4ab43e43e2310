import type { EventLog } from '../events/log.js';
import type { MediaLibrary } from '../media/library.js';
import type { SessionFolders } from '../store/folders.js';
import type { OpenSession, Store } from '../store/store.js';
import type { DeviceInfo, DeviceState } from '../types/device.js';
import type { Endpoint } from '../types/endpoint.js';
import type { Clock } from '../util/clock.js';
import type { Logger } from '../util/logger.js';
import type { WireDriver } from '../wire/wire.js';
import type { Ramp } from './ramp.js';

/** What a device is given by its manager. */
export interface DeviceSurroundings {
  store: Store;
  log: EventLog;
  folders: SessionFolders;
  openSession: OpenSession;
  /** The media of all devices. */
  media: MediaLibrary;
  /** The storage folder. Nothing in it can be sent. */
  storage: string;
  /** What is sent may come from this machine and its network. */
  arePrivateAddressesAllowed: boolean;
  driver: WireDriver;
  endpoint?: Endpoint;
  clock: Clock;
  ramp: Pick<Ramp, 'enter'>;
  random(): number;
  logger: Logger;
  /** Names the manager among those of all processes. */
  instance: string;
  onState(device: DeviceInfo, previous: DeviceState): void;
}
