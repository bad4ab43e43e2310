import type { DeviceHost } from '@wharf/core';
import type { Node, NodeMessageInFlow, NodeStatus } from 'node-red';
import type { Connection } from '../../shared/connect.js';
import type { NodeLife } from '../../shared/define-node.js';
import { FlowError } from '../../shared/errors.js';
import { asText, choose, originOf } from '../../shared/precedence.js';
import { notConfigured } from '../../shared/status.js';

/** The device a config node stands for, as the nodes that use it see it. */
export interface Slot {
  readonly deviceId: string;
  /** Where it runs, once it exists; rejects when the config node cannot have its device. */
  host(): Promise<DeviceHost>;
  /** Calls the listener with the status of the device, now and whenever it changes; call the result to end that. */
  watch(listener: (status: NodeStatus) => void): () => void;
  /** Keeps a record of what went wrong with it. */
  noteFailure(thrown: unknown): void;
}

/** The config node, with what it holds. `users` makes its errors reach the Catch nodes beside its users. */
export interface DeviceNode extends Node<{ token?: string }> {
  slot?: Slot;
  users?: Record<string, Node>;
}

/**
 * The device that was chosen in a node's settings, with its status as the node's badge.
 *
 * Its host rejects with DEVICE_NOT_CONFIGURED when none was chosen, or the config node is missing or disabled.
 */
export function useDevice(life: NodeLife, configNodeId: string): Slot {
  const deviceNode = life.RED.nodes.getNode(configNodeId) as DeviceNode | null | undefined;
  const slot = deviceNode?.slot ?? emptySlot(life);
  life.owns(slot.watch((status) => life.badge.showDevice(status)));
  life.onFailure((thrown) => slot.noteFailure(thrown));
  if (deviceNode) {
    deviceNode.users ??= {};
    const { users } = deviceNode;
    users[life.node.id] = life.node;
    life.owns(() => {
      delete users[life.node.id];
    });
  }
  return slot;
}

/** A device that was chosen for a message. */
export interface ChosenDevice {
  host: DeviceHost;
  /** Undefined when nothing names one: then it is the only one there is. */
  deviceId: string | undefined;
}

/** The device for a message: `msg.device`, else the setting, else the one the message came from. */
export async function chooseDevice(
  life: NodeLife,
  connection: Connection,
  configured: Slot | undefined,
  message: NodeMessageInFlow,
): Promise<ChosenDevice> {
  const wished = asText(await choose(life, message, 'device'));
  if (wished === undefined && configured)
    return { host: await configured.host(), deviceId: configured.deviceId };
  const deviceId = wished ?? originOf(message).device;
  return { host: await connection.devicesOf(deviceId).host(), deviceId };
}

/** The same, and it must exist; with nothing that names one, it is the only one there is. */
export async function findDevice(
  life: NodeLife,
  connection: Connection,
  configured: Slot | undefined,
  message: NodeMessageInFlow,
): Promise<{ host: DeviceHost; deviceId: string }> {
  const { host, deviceId } = await chooseDevice(life, connection, configured, message);
  if (deviceId !== undefined && deviceId === configured?.deviceId) return { host, deviceId };
  const { id } = await host.act('device.get', deviceId === undefined ? {} : { deviceId });
  return { host, deviceId: id };
}

function emptySlot({ RED }: NodeLife): Slot {
  return {
    deviceId: '',
    host: () => Promise.reject(new FlowError(RED, 'DEVICE_NOT_CONFIGURED')),
    watch(listener) {
      listener(notConfigured);
      return () => undefined;
    },
    noteFailure: () => undefined,
  };
}
