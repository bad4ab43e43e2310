import { WharfError } from '../errors/errors.js';
import type { DeviceRecord } from '../store/store.js';
import { type DeviceId, isDeviceId } from '../types/ids.js';
import { Device } from './device.js';
import type { DeviceSurroundings } from './surroundings.js';

/** The devices of one storage folder: one object for each, made when it is first asked for. */
export class DeviceRegistry {
  readonly #devices = new Map<DeviceId, Device>();

  constructor(private readonly around: DeviceSurroundings) {}

  /**
   * Makes a slot without an account.
   *
   * @throws WharfError DEVICE_ID_INVALID, DEVICE_EXISTS
   */
  create({ id = crypto.randomUUID(), name }: { id?: string; name?: string }): Device {
    const { store, folders, clock } = this.around;
    if (!isDeviceId(id)) throw new WharfError('DEVICE_ID_INVALID');
    if (store.devices.get(id)) throw new WharfError('DEVICE_EXISTS');
    store.devices.put({
      id,
      ...(name ? { name } : {}),
      state: { name: 'disconnected', reason: 'created' },
      sessionFolder: folders.newName(),
      createdAt: clock.now(),
    });
    return this.get(id);
  }

  /** @throws WharfError DEVICE_ID_INVALID, DEVICE_NOT_FOUND */
  get(id: string): Device {
    if (!isDeviceId(id)) throw new WharfError('DEVICE_ID_INVALID');
    const known = this.#devices.get(id);
    if (known?.isMine) return known;
    const record = this.around.store.devices.get(id);
    if (record) return this.of(record);
    if (known) void this.#forget(known);
    throw new WharfError('DEVICE_NOT_FOUND');
  }

  /** The device as it was last asked for; undefined when it never was. */
  known(id: DeviceId): Device | undefined {
    return this.#devices.get(id);
  }

  /** The device of a record that was just read: it shows what the record says, unless this process runs it. */
  of(record: DeviceRecord): Device {
    const known = this.#devices.get(record.id);
    // Removed and created again by another process is another device.
    if (known?.origin.createdAt === record.createdAt) {
      known.mirror(record);
      return known;
    }
    if (known) void this.#forget(known);
    const device = new Device(record, this.around);
    this.#devices.set(record.id, device);
    return device;
  }

  /** All devices, the oldest first. */
  getAll(): Device[] {
    const records = this.around.store.devices.getAll();
    const stored = new Set(records.map(({ id }) => id));
    for (const [id, device] of this.#devices) if (!stored.has(id)) void this.#forget(device);
    return records.map((record) => this.of(record));
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

  async close(): Promise<void> {
    await Promise.all([...this.#devices.values()].map((device) => device.close()));
  }

  /** Another process has removed the device. */
  async #forget(device: Device): Promise<void> {
    const { id } = device.info;
    this.#devices.delete(id);
    this.around.store.devices.forget(id);
    await device.close();
  }
}
