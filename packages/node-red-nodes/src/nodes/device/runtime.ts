import { type DeviceHost, isDeviceId, WharfError } from '@wharf/core';
import type { NodeStatus } from 'node-red';
import { z } from 'zod';
import type { Connection } from '../../shared/connect.js';
import type { NodeLife, NodeType } from '../../shared/define-node.js';
import type { Devices } from '../../shared/devices.js';
import { errorStatus, FlowError, toNodeError } from '../../shared/errors.js';
import { GatewayDevices } from '../../shared/gateway-devices.js';
import { statusOf } from '../../shared/status.js';
import { defaultDeviceId } from './default-device-id.js';
import type { DeviceNode } from './slot.js';

const config = z.object({
  name: z.string().default(''),
  /** Blank: see `defaultDeviceId`. */
  deviceId: z.string().trim().default(''),
  runs: z.enum(['here', 'gateway']).default('here'),
  /** Of the gateway; its token is a credential. */
  url: z.string().trim().default(''),
});

/** The config node: it stands for one device, connects it, and tells its users how the device is. */
export function deviceNode(connection: Connection): NodeType<z.infer<typeof config>> {
  return {
    type: 'wharf-device',
    version: 1,
    config,
    credentials: { token: { type: 'password' } },
    setUp(life, { name, deviceId: chosenId, runs, url }) {
      const node: DeviceNode = life.node;
      const deviceId = chosenId || defaultDeviceId(node.id);
      const status = new Status(life);
      const devices = () =>
        runs === 'here' ? connection : connection.gateway({ url, ...tokenOf(life.node) });
      const host = hold(life, connection, { deviceId, name, devices }, status);
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

interface Held {
  deviceId: string;
  name: string;
  devices(): Devices;
}

/** Takes possession of the device until the node closes. Settles once there is something to ask, linked or not. */
async function hold(
  life: NodeLife,
  connection: Connection,
  { deviceId, name, devices: open }: Held,
  status: Status,
): Promise<DeviceHost> {
  const fail = (error: unknown) => {
    status.show(errorStatus(error));
    connection.lastErrors.note(deviceId, error);
  };
  try {
    if (!isDeviceId(deviceId)) throw new WharfError('DEVICE_ID_INVALID');
    const devices = open();
    const owner = connection.claim(deviceId, life.node.id, devices);
    if (owner !== undefined) throw new FlowError(life.RED, 'DEVICE_CONFIGURED_TWICE', { deviceId, owner });
    life.owns((isRemoved) => connection.release(deviceId, life.node.id, isRemoved));

    const host = await devices.host();
    if (devices === connection) await connection.ensure(deviceId, name);
    if (devices instanceof GatewayDevices) devices.adopt(deviceId);
    let changes = 0;
    life.owns(
      await devices.onState((change) => {
        if (change.deviceId !== deviceId) return;
        changes += 1;
        status.show(statusOf(change.state));
      }),
    );
    const look = async () => {
      const before = changes;
      const { state } = await host.act('device.get', { deviceId });
      // What has changed while this was asked is newer.
      if (changes === before) status.show(statusOf(state));
    };
    life.owns(
      devices.onReach((trouble) => (trouble === undefined ? void look().catch(fail) : fail(trouble))),
    );
    if (devices === connection) {
      life.background(async () => {
        await connection.start(deviceId, name);
        await look();
      });
    }
    return host;
  } catch (error) {
    fail(error);
    life.node.warn(toNodeError(error).message);
    throw error;
  }
}

/** The token of the gateway, which Node-RED keeps encrypted. */
function tokenOf(node: DeviceNode): { token?: string } {
  const { token } = node.credentials ?? {};
  return token ? { token } : {};
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
