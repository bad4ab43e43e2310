import type { DeviceHost, DeviceState } from '@wharf/core';

/** A device has gone to another state. */
export interface StateChange {
  deviceId: string;
  state: DeviceState;
}

/** Where devices run: in this process, or behind a gateway. Nodes know no difference. */
export interface Devices {
  /** What can be asked of them; opened when it is first needed. */
  host(): Promise<DeviceHost>;
  /** Hears of every change of state as it happens, for badges; call the result to end that. */
  onState(listener: (change: StateChange) => void): Promise<() => void>;
  /** Hears that they can be reached, now or again, or with the error that they cannot; call the result to end that. */
  onReach(listener: (trouble: unknown) => void): () => void;
  /** Makes a device for a dialog when there is none with this ID. */
  ensure(deviceId: string, name?: string): Promise<unknown>;
  /** Undoes what a cancelled dialog has begun: a device that was made for it and never linked is removed. */
  discardDraft(deviceId: string): Promise<void>;
}
