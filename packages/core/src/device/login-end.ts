import { WharfError } from '../errors/errors.js';
import type { Account, DeviceState } from '../types/device.js';
import type { LoginOutcome } from './login.js';
import type { LoginAttempt } from './login-attempt.js';
import { isAtRest } from './state.js';

/** How a login ended, from the state it left the device in. */
function loginEnd(state: DeviceState): LoginOutcome {
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

/** Tells a login what has become of its device. */
export function moveLogin(
  login: LoginAttempt | undefined,
  state: DeviceState,
  account: Account | undefined,
): void {
  if (state.name === 'connected' && account) login?.move({ type: 'connected', account });
  if (state.name === 'connecting' && state.step === 'restarting') login?.move({ type: 'scanned' });
  if (isAtRest(state)) login?.move(loginEnd(state));
}
