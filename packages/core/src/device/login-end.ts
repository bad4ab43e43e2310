import { WharfError } from '../errors/errors.js';
import type { DeviceState } from '../types/device.js';
import type { LoginOutcome } from './login.js';

/** How a login ended, from the state it left the device in. */
export function loginEnd(state: DeviceState): LoginOutcome {
  const reason = state.name === 'disconnected' ? state.reason : state.name;
  switch (reason) {
    case 'login_cancelled':
    case 'stopped':
      return { type: 'cancelled' };
    case 'pairing_expired':
      return { type: 'failed', error: new WharfError('LOGIN_EXPIRED') };
    case 'passkey_required':
      return { type: 'failed', error: new WharfError('PASSKEY_REQUIRED') };
    case 'login_failed':
      return { type: 'failed', error: new WharfError('CONNECTION_FAILED') };
    default:
      return { type: 'failed', error: new WharfError('LOGIN_REFUSED', { details: { reason } }) };
  }
}
