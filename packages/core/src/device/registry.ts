import { WharfError } from '../errors/errors.js';
import { type DeviceId, isDeviceId } from '../types/ids.js';
import { Device, type DeviceSurroundings } from './device.js';
import { isAtRest } from './state.js';

/** The devices of one storage folder: one object for each, made when it is first asked for. */
export class DeviceRegistry {
  readonly #devices = new Map<DeviceId, Device>();

  constructor(private readonly around: DeviceSurroundings) {}

  /** @throws WharfError DEVICE_ID_INVALID, DEVICE_NOT_FOUND */
  get(id: string): Device {
    if (!isDeviceId(id)) throw new WharfError('DEVICE_ID_INVALID');
    const known = this.#devices.get(id);
    if (known) return known;
    const record = this.around.store.devices.get(id);
    if (!record) throw new WharfError('DEVICE_NOT_FOUND');
    const device = new Device(record, this.around);
    this.#devices.set(id, device);
    return device;
  }

  /** All devices, the oldest first. */
  getAll(): Device[] {
    return this.around.store.devices.getAll().map(({ id }) => this.get(id));
  }

  /** Logs a device out and deletes it with everything that is stored for it. */
  async remove(device: Device): Promise<void> {
    await device.logout();
    await device.close();
    device.session.discard();
    const { id } = device.info;
    this.around.store.devices.delete(id);
    this.#devices.delete(id);
  }

  /** Connects the devices that were in use when the last process ended. */
  async restore(): Promise<void> {
    const { store, logger } = this.around;
    const inUse = store.devices.getAll().filter(({ state }) => !isAtRest(state));
    await Promise.all(
      inUse.map(({ id }) =>
        this.get(id)
          .start()
          .catch((error: unknown) => logger.error(`Device ${id} was not started: ${String(error)}`)),
      ),
    );
  }

  async close(): Promise<void> {
    await Promise.all([...this.#devices.values()].map((device) => device.close()));
  }
}
