import { connectGateway, type GatewayHost } from '@wharf/client';
import { type DeviceHost, isWharfError, type Logger, type Reading } from '@wharf/core';
import type { Devices, StateChange } from './devices.js';

/** A gateway, and what lets us in. */
export interface GatewayPlace {
  url: string;
  token?: string;
}

/**
 * The devices of a Wharf gateway. They belong to it: nothing is connected or disconnected there by a deploy.
 *
 * States come over one stream for all who listen, which is made anew for as long as it takes.
 */
export class GatewayDevices implements Devices {
  readonly #host: GatewayHost;
  readonly #stateListeners = new Set<(change: StateChange) => void>();
  readonly #reachListeners = new Set<(trouble: unknown) => void>();
  /** Devices made by a dialog whose config node has not been deployed yet. */
  readonly #drafts = new Set<string>();
  #reading: Reading | undefined;
  /** How the stream of states is: not known yet (undefined), there (true), or why not. */
  #reach: { trouble: unknown } | undefined;

  /** @throws WharfError OPTION_INVALID */
  constructor({ url, token }: GatewayPlace, logger: Logger) {
    this.#host = connectGateway({
      url,
      logger,
      ...(token ? { token } : {}),
      onConnect: (consumer) => this.#hearReach(consumer, undefined),
      onError: (error, consumer) => this.#hearReach(consumer, error),
    });
  }

  async host(): Promise<DeviceHost> {
    return this.#host;
  }

  async onState(listener: (change: StateChange) => void): Promise<() => void> {
    this.#stateListeners.add(listener);
    this.#reading ??= this.#host.consume({ types: ['device.state'] }, async (event) => {
      if (event.type !== 'device.state') return;
      const change = { deviceId: event.deviceId, state: event.payload.state };
      for (const each of this.#stateListeners) each(change);
    });
    return () => {
      this.#stateListeners.delete(listener);
      if (this.#stateListeners.size > 0) return;
      void this.#reading?.stop();
      this.#reading = undefined;
      this.#reach = undefined;
    };
  }

  onReach(listener: (trouble: unknown) => void): () => void {
    this.#reachListeners.add(listener);
    if (this.#reach) listener(this.#reach.trouble);
    return () => this.#reachListeners.delete(listener);
  }

  async ensure(deviceId: string, name?: string): Promise<unknown> {
    try {
      return await this.#host.act('device.get', { deviceId });
    } catch (error) {
      if (!isWharfError(error) || error.code !== 'DEVICE_NOT_FOUND') throw error;
    }
    const device = await this.#host.act('device.create', { id: deviceId, ...(name ? { name } : {}) });
    this.#drafts.add(deviceId);
    return device;
  }

  /** Says that a config node stands for this device now, so that no dialog takes it back. */
  adopt(deviceId: string): void {
    this.#drafts.delete(deviceId);
  }

  async discardDraft(deviceId: string): Promise<void> {
    if (!this.#drafts.delete(deviceId)) return;
    const { account } = await this.#host.act('device.get', { deviceId });
    if (!account) await this.#host.act('device.remove', { deviceId });
  }

  /** Only of the stream of states: every other reader goes the same way. */
  #hearReach(consumer: string, trouble: unknown): void {
    if (consumer !== this.#reading?.name) return;
    this.#reach = { trouble };
    for (const listener of this.#reachListeners) listener(trouble);
  }
}
