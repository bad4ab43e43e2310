import { WharfError } from '../errors/errors.js';
import type { Scope } from '../store/store.js';
import type { DeviceState } from '../types/device.js';
import type { Wire } from '../wire/wire.js';
import { isAtRest } from './state.js';

/**
 * The account of a device that is logged in, with a connection or about to have one.
 *
 * @throws WharfError DEVICE_LOGGED_OUT, DEVICE_NOT_CONNECTED
 */
export function loggedIn(state: DeviceState, scope: Scope | undefined): Scope {
  if (state.name === 'logged_out') throw new WharfError('DEVICE_LOGGED_OUT');
  if (!scope || isAtRest(state) || state.name === 'connecting') throw new WharfError('DEVICE_NOT_CONNECTED');
  return scope;
}

/**
 * The live connection of a device; undefined when another process has it.
 *
 * @throws WharfError DEVICE_LOGGED_OUT, DEVICE_NOT_CONNECTED, DEVICE_RECONNECTING
 */
export function connectionOf({
  state,
  scope,
  isMine,
  wire,
}: {
  state: DeviceState;
  scope: Scope | undefined;
  isMine: boolean;
  wire: Wire | undefined;
}): Wire | undefined {
  loggedIn(state, scope);
  if (state.name !== 'connected') throw new WharfError('DEVICE_RECONNECTING');
  if (isMine && !wire) throw new WharfError('DEVICE_RECONNECTING');
  return isMine ? wire : undefined;
}
