import type { Manager } from '@wharf/core';
import type { Node, NodeStatus } from 'node-red';
import type { NodeLife } from '../../shared/define-node.js';
import { FlowError } from '../../shared/errors.js';
import { notConfigured } from '../../shared/status.js';

/** The device a config node stands for, as the nodes that use it see it. */
export interface Slot {
  readonly deviceId: string;
  /** The manager, once the device exists; rejects when the config node cannot have its device. */
  manager(): Promise<Manager>;
  /** Calls the listener with the status of the device, now and whenever it changes; call the result to end that. */
  watch(listener: (status: NodeStatus) => void): () => void;
}

/** The config node, with what it holds. `users` makes its errors reach the Catch nodes beside its users. */
export interface DeviceNode extends Node {
  slot?: Slot;
  users?: Record<string, Node>;
}

/**
 * The device that was chosen in a node's settings, with its status as the node's badge.
 *
 * Its manager rejects with DEVICE_NOT_CONFIGURED when none was chosen, or the config node is missing or disabled.
 */
export function useDevice(life: NodeLife, configNodeId: string): Slot {
  const deviceNode = life.RED.nodes.getNode(configNodeId) as DeviceNode | null | undefined;
  const slot = deviceNode?.slot ?? emptySlot(life);
  life.owns(slot.watch((status) => life.badge.showDevice(status)));
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

function emptySlot({ RED }: NodeLife): Slot {
  return {
    deviceId: '',
    manager: () => Promise.reject(new FlowError(RED, 'DEVICE_NOT_CONFIGURED')),
    watch(listener) {
      listener(notConfigured);
      return () => undefined;
    },
  };
}
