import type { DeviceState } from '../types/device.js';

/** The device does nothing by itself: it holds no connection and makes no attempt at one. */
export const isAtRest = ({ name }: DeviceState): boolean => name === 'disconnected' || name === 'logged_out';

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
