import { isWharfError } from '../errors/errors.js';
import type { DeviceRecord, Store } from '../store/store.js';
import type { DeviceId } from '../types/ids.js';
import type { DeviceSession } from './device-session.js';
import { storageFailure, storeIfPossible } from './storage-failure.js';

/** Whether this process runs a device: it does from when it takes hold of the session until it lets go of it. */
export class Tenure {
  #isMine = false;

  constructor(
    private readonly id: DeviceId,
    private readonly session: DeviceSession,
    private readonly around: { store: Store; instance: string },
  ) {}

  get isMine(): boolean {
    return this.#isMine;
  }

  /** Takes hold, and answers with the device as it was left; undefined while another process runs it, or when it is gone. */
  take(): DeviceRecord | undefined {
    const { store, instance } = this.around;
    try {
      // A transaction keeps the owner from moving the session between our look and our grip.
      return store.transaction(() => {
        const record = this.#grip();
        if (record) store.owners.put(this.id, instance);
        return record;
      });
    } catch (error) {
      if (!storageFailure(error)) throw error;
      // What cannot be written is nobody else's either; the state will say what is wrong.
      return this.#grip();
    }
  }

  #grip(): DeviceRecord | undefined {
    const record = this.around.store.devices.get(this.id);
    if (!record) return undefined;
    this.session.follow(record.sessionFolder);
    try {
      this.session.open();
    } catch (error) {
      if (isWharfError(error) && error.code === 'DEVICE_IN_USE') return undefined;
      if (!storageFailure(error)) throw error;
    }
    this.#isMine = true;
    return record;
  }

  /** Frees the session, for the process that is named or for any. */
  letGo(heir?: string): void {
    const { store, instance } = this.around;
    this.session.close();
    if (!this.#isMine) return;
    this.#isMine = false;
    storeIfPossible(
      // Only now: this is what wakes the heir.
      () => (heir ? store.owners.put(this.id, heir) : store.owners.delete(this.id, instance)),
      () => undefined,
    );
  }
}
