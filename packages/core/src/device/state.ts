import type { DeviceRecord } from '../store/store.js';
import type { DeviceState } from '../types/device.js';

/** The device does nothing by itself: it holds no connection and makes no attempt at one. */
export const isAtRest = ({ name }: DeviceState): boolean => name === 'disconnected' || name === 'logged_out';

/** Nobody runs the device although it is in use; the first process that wants it may. */
export const isLeft = (state: DeviceState): boolean =>
  state.name === 'reconnecting' && (state.reason === 'unattended' || state.reason === 'handed_over');

/** What a device is when the process that ran it has ended, however it did. */
export function stateWithoutOwner({ state, account }: Pick<DeviceRecord, 'state' | 'account'>): DeviceState {
  if (isAtRest(state) || isLeft(state)) return state;
  return account
    ? { name: 'reconnecting', reason: 'unattended', attempt: 0 }
    : { name: 'disconnected', reason: 'created' };
}

/** What two states must differ in for the log to hear of it: not the times of a back-off, nor the end of a backlog. */
export function logLabel(state: DeviceState): string {
  switch (state.name) {
    case 'connected':
      return state.name;
    case 'reconnecting':
      return `${state.name} ${state.reason}`;
    case 'connecting':
      return `${state.name} ${state.step}`;
    default:
      return `${state.name} ${state.reason}`;
  }
}
