import type { ConnectingStep, DeviceState, DisconnectedReason } from '../types/device.js';
import type { CloseCode } from '../wire/wire.js';
import { backoffMs } from './backoff.js';
import { verdictOf } from './verdict.js';

/** What can happen to a device: the wishes of its user, the words of its wire, and the end of a back-off. */
export type Input =
  | { type: 'login' }
  | { type: 'cancel_login'; reason: DisconnectedReason }
  | { type: 'start' }
  | { type: 'stop' }
  | { type: 'logout' }
  /** This process lets go of the device, which stays in use. */
  | { type: 'leave'; reason: 'handed_over' | 'unattended' }
  | { type: 'retry' }
  | { type: 'pairing' }
  | { type: 'paired' }
  | { type: 'opened' }
  | { type: 'synced' }
  | { type: 'closed'; code: CloseCode; expiresAt?: number };

export type InputType = Input['type'];

/** What the decision depends on beside state and input. */
export interface Context {
  /** Pairing has succeeded at some time and the session is still good. */
  hasAccount: boolean;
  /** Failed attempts since the last connection that was stable. */
  attempts: number;
  /** The version was refreshed since the last connection. */
  isVersionRefreshed: boolean;
  /** Epoch milliseconds. */
  now: number;
  /** From 0 to 1. */
  random: number;
}

/**
 * What is to be done upon a transition, in this order.
 *
 * - `hang_up`: close the wire
 * - `unlink`: tell WhatsApp that the device logs out, then close the wire
 * - `discard_pairing`: forget the credentials of a pairing that came to nothing
 * - `set_session_aside`: the session is over; keep it for a while, then wipe it
 * - `refresh_version`, `dial`: what they say
 * - `retry`: dial at `at`, unless something else happens first
 * - `drain`: the backlog is in; send what is queued
 */
export type Effect =
  | {
      type:
        | 'hang_up'
        | 'unlink'
        | 'discard_pairing'
        | 'set_session_aside'
        | 'refresh_version'
        | 'dial'
        | 'drain';
    }
  | { type: 'retry'; at: number };

type Step = [state: DeviceState, effects: Effect[]];

const effects = (...types: Exclude<Effect['type'], 'retry'>[]): Effect[] => types.map((type) => ({ type }));
const connecting = (step: ConnectingStep): DeviceState => ({ name: 'connecting', step });
const left = (reason: 'handed_over' | 'unattended'): DeviceState => ({
  name: 'reconnecting',
  reason,
  attempt: 0,
});
const disconnected = (reason: DisconnectedReason, expiresAt?: number): DeviceState =>
  expiresAt === undefined ? { name: 'disconnected', reason } : { name: 'disconnected', reason, expiresAt };

/**
 * Decides what becomes of a device: the next state, and what is to be done.
 *
 * Pure. An input that means nothing in a state changes nothing and asks for nothing.
 */
export function transition(state: DeviceState, input: Input, context: Context): Step {
  switch (state.name) {
    case 'disconnected':
    case 'logged_out':
      return whileAtRest(state, input, context);
    case 'connecting':
      return whileConnecting(state, input, context);
    case 'connected':
      return whileConnected(state, input, context);
    case 'reconnecting':
      return whileReconnecting(state, input, context);
  }
}

function whileAtRest(state: DeviceState, input: Input, { hasAccount }: Context): Step {
  if (input.type === 'login' && !hasAccount) return [connecting('dialing'), effects('dial')];
  if (input.type === 'start' && hasAccount) {
    return [{ name: 'reconnecting', reason: 'starting', attempt: 0 }, effects('dial')];
  }
  if (input.type === 'logout' && hasAccount) {
    return [{ name: 'logged_out', reason: 'logged_out_here' }, effects('set_session_aside')];
  }
  if (input.type === 'leave' && hasAccount) return [left(input.reason), []];
  return [state, []];
}

function whileConnecting(state: DeviceState & { name: 'connecting' }, input: Input, context: Context): Step {
  switch (input.type) {
    case 'cancel_login':
      // Too late to cancel once the phone has accepted: the device is linked and finishes in the background.
      if (context.hasAccount) return [{ name: 'reconnecting', reason: 'restart_required', attempt: 0 }, []];
      return [disconnected(input.reason), effects('hang_up', 'discard_pairing')];
    case 'stop':
      if (context.hasAccount) return [disconnected('stopped'), effects('hang_up')];
      return [disconnected('login_cancelled'), effects('hang_up', 'discard_pairing')];
    case 'logout':
      if (!context.hasAccount)
        return [disconnected('login_cancelled'), effects('hang_up', 'discard_pairing')];
      return [{ name: 'logged_out', reason: 'logged_out_here' }, effects('unlink', 'set_session_aside')];
    case 'leave':
      if (!context.hasAccount) return [state, []];
      return [left(input.reason), effects('hang_up')];
    case 'pairing':
      return state.step === 'restarting' ? [state, []] : [connecting('pairing'), []];
    case 'paired':
      return [connecting('restarting'), []];
    case 'opened':
      return [{ name: 'connected', isSyncing: true }, []];
    case 'closed':
      return state.step === 'restarting' ? afterPairing(input, context) : beforePairing(state.step, input);
    default:
      return [state, []];
  }
}

function beforePairing(step: ConnectingStep, input: Input & { type: 'closed' }): Step {
  if (step === 'pairing' && input.code === 408) {
    return [disconnected('pairing_expired'), effects('discard_pairing')];
  }
  const verdict = verdictOf(input.code);
  if (verdict.type === 'disconnected') {
    return [disconnected(verdict.reason, input.expiresAt), effects('discard_pairing')];
  }
  if (verdict.type === 'logged_out') return [disconnected('rejected'), effects('discard_pairing')];
  if (verdict.type === 'refresh_version') return [disconnected('outdated'), effects('discard_pairing')];
  return [disconnected('login_failed'), effects('discard_pairing')];
}

function afterPairing(input: Input & { type: 'closed' }, context: Context): Step {
  if (input.code === 515) return [connecting('restarting'), effects('dial')];
  return afterClose(input, context);
}

function whileConnected(state: DeviceState, input: Input, context: Context): Step {
  switch (input.type) {
    case 'stop':
      return [disconnected('stopped'), effects('hang_up')];
    case 'logout':
      return [{ name: 'logged_out', reason: 'logged_out_here' }, effects('unlink', 'set_session_aside')];
    case 'leave':
      return [left(input.reason), effects('hang_up')];
    case 'synced':
      return [{ name: 'connected', isSyncing: false }, effects('drain')];
    case 'closed':
      return afterClose(input, context);
    default:
      return [state, []];
  }
}

function whileReconnecting(
  state: DeviceState & { name: 'reconnecting' },
  input: Input,
  context: Context,
): Step {
  switch (input.type) {
    case 'stop':
      return [disconnected('stopped'), effects('hang_up')];
    case 'logout':
      return [{ name: 'logged_out', reason: 'logged_out_here' }, effects('unlink', 'set_session_aside')];
    case 'leave':
      return [left(input.reason), effects('hang_up')];
    case 'start':
    case 'retry': {
      if (state.reason === 'unattended' || state.reason === 'handed_over') {
        return [{ name: 'reconnecting', reason: 'starting', attempt: 0 }, effects('dial')];
      }
      if (state.retryAt === undefined) return [state, []];
      const { retryAt: _, ...dialing } = state;
      return [dialing, effects('dial')];
    }
    case 'opened':
      return [{ name: 'connected', isSyncing: true }, []];
    case 'closed':
      return afterClose(input, context);
    default:
      return [state, []];
  }
}

/** The end of a connection of a device that has an account. */
function afterClose(input: Input & { type: 'closed' }, context: Context): Step {
  const verdict = verdictOf(input.code);
  switch (verdict.type) {
    case 'logged_out':
      return [{ name: 'logged_out', reason: verdict.reason }, effects('set_session_aside')];
    case 'disconnected':
      return [disconnected(verdict.reason, input.expiresAt), []];
    case 'refresh_version':
      if (context.isVersionRefreshed) return [disconnected('outdated'), []];
      return [
        { name: 'reconnecting', reason: 'server_error', attempt: context.attempts + 1 },
        effects('refresh_version', 'dial'),
      ];
    case 'retry': {
      const { reason } = verdict;
      const attempt = context.attempts + 1;
      if (reason === 'restart_required' && context.attempts === 0) {
        return [{ name: 'reconnecting', reason, attempt }, effects('dial')];
      }
      const retryAt = context.now + backoffMs(attempt, context.random, reason === 'in_use');
      return [{ name: 'reconnecting', reason, attempt, retryAt }, [{ type: 'retry', at: retryAt }]];
    }
  }
}
