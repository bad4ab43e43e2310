import { WharfError } from '../errors/errors.js';
import type { DeviceState } from '../types/device.js';

/** Why a login failed, from the state it left the device in. */
export function loginFailure(state: DeviceState): WharfError {
  if (state.name !== 'disconnected')
    return new WharfError('LOGIN_REFUSED', { details: { state: state.name } });
  const { reason } = state;
  switch (reason) {
    case 'pairing_expired':
      return new WharfError('LOGIN_EXPIRED');
    case 'login_failed':
      return new WharfError('CONNECTION_FAILED');
    default:
      return new WharfError('LOGIN_REFUSED', { details: { reason } });
  }
}
