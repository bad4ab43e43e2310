import type { DeviceState } from '@wharf/core';
import type { Node, NodeStatus } from 'node-red';

const ring = (fill: 'yellow' | 'red' | 'grey', key: string): NodeStatus => ({
  fill,
  shape: 'ring',
  text: `status.${key}`,
});

/** The badge of a node without a device. */
export const notConfigured = ring('grey', 'notConfigured');

/** The badge for a state of the device; the text is a key of the locale, so flows can rely on it. */
export function statusOf(state: DeviceState): NodeStatus {
  switch (state.name) {
    case 'connected':
      return { fill: 'green', shape: 'dot', text: 'status.connected' };
    case 'connecting':
      return ring('yellow', state.step === 'pairing' ? 'scanQr' : 'connecting');
    case 'reconnecting':
      return state.reason === 'in_use' ? ring('red', 'inUse') : ring('yellow', 'reconnecting');
    case 'logged_out':
      return ring('red', 'loggedOut');
    case 'disconnected':
      return whileDisconnected(state.reason);
  }
}

type DisconnectedReason = Extract<DeviceState, { name: 'disconnected' }>['reason'];

/** Only what a person has to act upon has words of its own. */
function whileDisconnected(reason: DisconnectedReason): NodeStatus {
  switch (reason) {
    case 'created':
    case 'login_cancelled':
      return ring('grey', 'notLinked');
    case 'banned':
    case 'outdated':
    case 'replaced':
      return ring('red', reason);
    default:
      return ring('red', 'disconnected');
  }
}

/** The badge of one node: its own trouble comes before the state of its device, and equal badges are set once. */
export class Badge {
  #device: NodeStatus = {};
  #own: NodeStatus | undefined;
  #shown = '';

  constructor(private readonly node: Pick<Node, 'status'>) {}

  showDevice(status: NodeStatus): void {
    this.#device = status;
    this.#show();
  }

  /** Shows the node's own status until it is taken back with `undefined`. */
  showOwn(status: NodeStatus | undefined): void {
    this.#own = status;
    this.#show();
  }

  #show(): void {
    const status = this.#own ?? this.#device;
    const key = JSON.stringify(status);
    if (key === this.#shown) return;
    this.#shown = key;
    this.node.status(status);
  }
}
