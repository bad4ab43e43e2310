import { type DeviceHost, isDeviceId, WharfError } from '@wharf/core';
import type { NodeStatus } from 'node-red';
import { z } from 'zod';
import type { Connection } from '../../shared/connect.js';
import type { NodeLife, NodeType } from '../../shared/define-node.js';
import { errorStatus, FlowError, toNodeError } from '../../shared/errors.js';
import { statusOf } from '../../shared/status.js';
import { defaultDeviceId } from './default-device-id.js';
import type { DeviceNode } from './slot.js';

const config = z.object({
  name: z.string().default(''),
  /** Blank: see `defaultDeviceId`. */
  deviceId: z.string().trim().default(''),
});

/** The config node: it stands for one device, connects it, and tells its users how the device is. */
export function deviceNode(connection: Connection): NodeType<z.infer<typeof config>> {
  return {
    type: 'wharf-device',
    version: 1,
    config,
    setUp(life, { name, deviceId: chosenId }) {
      const node: DeviceNode = life.node;
      const deviceId = chosenId || defaultDeviceId(node.id);
      const status = new Status(life);
      const host = hold(life, connection, deviceId, name, status);
      // Reported by the nodes that use the device, where Catch nodes see it.
      host.catch(() => undefined);
      node.slot = {
        deviceId,
        host: () => host,
        watch: (listener) => status.watch(listener),
        noteFailure: (thrown) => connection.lastErrors.note(deviceId, thrown),
      };
    },
  };
}

/** Takes possession of the device until the node closes. Settles once the device exists, linked or not. */
async function hold(
  life: NodeLife,
  connection: Connection,
  deviceId: string,
  name: string,
  status: Status,
): Promise<DeviceHost> {
  try {
    if (!isDeviceId(deviceId)) throw new WharfError('DEVICE_ID_INVALID');
    const owner = connection.claim(deviceId, life.node.id);
    if (owner !== undefined) throw new FlowError(life.RED, 'DEVICE_CONFIGURED_TWICE', { deviceId, owner });
    life.owns((isRemoved) => connection.release(deviceId, life.node.id, isRemoved));

    const host = await connection.host();
    const device = await connection.ensure(deviceId, name);
    status.show(statusOf(device.state));
    life.owns(
      await connection.onState((change) => {
        if (change.deviceId === deviceId) status.show(statusOf(change.state));
      }),
    );
    life.background(async () => {
      await connection.start(deviceId, name);
      status.show(statusOf((await host.act('device.get', { deviceId })).state));
    });
    return host;
  } catch (error) {
    status.show(errorStatus(error));
    connection.lastErrors.note(deviceId, error);
    life.node.warn(toNodeError(error).message);
    throw error;
  }
}

/** The status of a device, and the badges that follow it. */
class Status {
  #current: NodeStatus = { fill: 'grey', shape: 'ring', text: 'status.starting' };
  readonly #listeners = new Set<(status: NodeStatus) => void>();

  constructor(private readonly life: NodeLife) {}

  show(status: NodeStatus): void {
    if (this.life.isClosed) return;
    this.#current = status;
    for (const listener of this.#listeners) listener(status);
  }

  watch(listener: (status: NodeStatus) => void): () => void {
    this.#listeners.add(listener);
    listener(this.#current);
    return () => this.#listeners.delete(listener);
  }
}
