import { describe, expect, it } from 'vitest';
import type { DeviceState } from '../types/device.js';
import type { CloseCode } from '../wire/wire.js';
import { type Context, type Effect, type Input, type InputType, transition } from './transition.js';

const context: Context = {
  hasAccount: false,
  attempts: 0,
  isVersionRefreshed: false,
  now: 1_000_000,
  random: 0.5,
};

/** Every state there is, by a short name; `+` has an account. */
const states = {
  created: { name: 'disconnected', reason: 'created' },
  'stopped+': { name: 'disconnected', reason: 'stopped' },
  dialing: { name: 'connecting', step: 'dialing' },
  pairing: { name: 'connecting', step: 'pairing' },
  'restarting+': { name: 'connecting', step: 'restarting' },
  'syncing+': { name: 'connected', isSyncing: true },
  'connected+': { name: 'connected', isSyncing: false },
  'dialing again+': { name: 'reconnecting', reason: 'connection_lost', attempt: 1 },
  'waiting+': { name: 'reconnecting', reason: 'connection_lost', attempt: 1, retryAt: 1_005_000 },
  'unattended+': { name: 'reconnecting', reason: 'unattended', attempt: 0 },
  'logged out': { name: 'logged_out', reason: 'unlinked_from_phone' },
} as const satisfies Record<string, DeviceState>;
type StateName = keyof typeof states;

const inputs = {
  login: { type: 'login' },
  cancel_login: { type: 'cancel_login', reason: 'login_cancelled' },
  start: { type: 'start' },
  stop: { type: 'stop' },
  logout: { type: 'logout' },
  leave: { type: 'leave', reason: 'handed_over' },
  retry: { type: 'retry' },
  pairing: { type: 'pairing' },
  paired: { type: 'paired' },
  opened: { type: 'opened' },
  synced: { type: 'synced' },
  closed: { type: 'closed', code: 428 },
} as const satisfies Record<InputType, Input>;

/** What becomes of it, in words: `name detail > effect effect`. */
const words = ([state, effects]: [DeviceState, Effect[]]): string => {
  const detail =
    state.name === 'connecting'
      ? state.step
      : state.name === 'connected'
        ? state.isSyncing
          ? 'syncing'
          : ''
        : state.reason;
  return [
    `${state.name} ${detail}`.trim(),
    ...(effects.length > 0 ? ['>', ...effects.map(({ type }) => type)] : []),
  ].join(' ');
};

const loggedOut = 'logged_out logged_out_here > unlink set_session_aside';
const dropped = 'disconnected login_cancelled > hang_up discard_pairing';
const left = 'reconnecting handed_over > hang_up';
const lost = 'reconnecting connection_lost > retry';

/** The whole table: state, then input; an input that is not listed changes nothing. */
const table: Record<StateName, Partial<Record<InputType, string>>> = {
  created: { login: 'connecting dialing > dial' },
  'stopped+': {
    start: 'reconnecting starting > dial',
    logout: 'logged_out logged_out_here > set_session_aside',
    leave: 'reconnecting handed_over',
  },
  dialing: {
    cancel_login: dropped,
    stop: dropped,
    logout: dropped,
    pairing: 'connecting pairing',
    paired: 'connecting restarting',
    opened: 'connected syncing',
    closed: 'disconnected login_failed > discard_pairing',
  },
  pairing: {
    cancel_login: dropped,
    stop: dropped,
    logout: dropped,
    pairing: 'connecting pairing',
    paired: 'connecting restarting',
    opened: 'connected syncing',
    closed: 'disconnected login_failed > discard_pairing',
  },
  'restarting+': {
    cancel_login: 'reconnecting restart_required',
    stop: 'disconnected stopped > hang_up',
    logout: loggedOut,
    leave: 'reconnecting handed_over > hang_up',
    paired: 'connecting restarting',
    opened: 'connected syncing',
    closed: 'reconnecting connection_lost > retry',
  },
  'syncing+': {
    stop: 'disconnected stopped > hang_up',
    logout: loggedOut,
    leave: left,
    synced: 'connected > drain',
    closed: lost,
  },
  'connected+': {
    stop: 'disconnected stopped > hang_up',
    logout: loggedOut,
    leave: left,
    synced: 'connected > drain',
    closed: lost,
  },
  'dialing again+': {
    stop: 'disconnected stopped > hang_up',
    logout: loggedOut,
    leave: left,
    opened: 'connected syncing',
    closed: lost,
  },
  'waiting+': {
    start: 'reconnecting connection_lost > dial',
    stop: 'disconnected stopped > hang_up',
    logout: loggedOut,
    leave: left,
    retry: 'reconnecting connection_lost > dial',
    opened: 'connected syncing',
    closed: lost,
  },
  'unattended+': {
    start: 'reconnecting starting > dial',
    retry: 'reconnecting starting > dial',
    stop: 'disconnected stopped > hang_up',
    logout: loggedOut,
    leave: left,
    opened: 'connected syncing',
    closed: lost,
  },
  'logged out': { login: 'connecting dialing > dial' },
};

const cases = Object.entries(states).flatMap(([stateName, state]) =>
  Object.entries(inputs).map(([inputType, input]) => {
    const isStated = table[stateName as StateName][inputType as InputType];
    return { stateName, state, inputType, input, expected: isStated ?? words([state, []]) };
  }),
);

describe('the transition of a device', () => {
  it.each(cases)(
    'goes from $stateName upon $inputType to: $expected',
    ({ stateName, state, input, expected }) => {
      const step = transition(state, input, { ...context, hasAccount: stateName.endsWith('+') });
      expect(words(step)).toBe(expected);
    },
  );

  it('changes nothing at all upon an input that means nothing', () => {
    const state = states['logged out'];
    expect(transition(state, inputs.pairing, context)[0]).toBe(state);
  });

  it('does not log in a device that has an account, nor start one that has none', () => {
    expect(words(transition(states['stopped+'], inputs.login, { ...context, hasAccount: true }))).toBe(
      'disconnected stopped',
    );
    expect(words(transition(states.created, inputs.start, context))).toBe('disconnected created');
  });
});

describe('the close of a connection', () => {
  const closed = (
    code: CloseCode,
    change: Partial<Context> = {},
    state: DeviceState = states['connected+'],
  ) => transition(state, { type: 'closed', code }, { ...context, hasAccount: true, ...change });

  it.each([
    [401, 'logged_out unlinked_from_phone > set_session_aside'],
    [402, 'disconnected banned'],
    [403, 'logged_out account_refused > set_session_aside'],
    [405, 'reconnecting server_error > refresh_version dial'],
    [406, 'logged_out account_refused > set_session_aside'],
    [408, 'reconnecting connection_lost > retry'],
    [409, 'disconnected rejected'],
    [411, 'disconnected rejected'],
    [428, 'reconnecting connection_lost > retry'],
    [440, 'disconnected replaced'],
    [500, 'reconnecting server_error > retry'],
    [503, 'reconnecting server_error > retry'],
    [515, 'reconnecting restart_required > dial'],
    [599, 'reconnecting server_error > retry'],
    ['broken_frame', 'reconnecting broken_frame > retry'],
    ['in_use', 'reconnecting in_use > retry'],
  ] as const)('with %s leads to: %s', (code, expected) => {
    expect(words(closed(code))).toBe(expected);
  });

  it('names the end of a ban', () => {
    const [state] = transition(
      states['connected+'],
      { type: 'closed', code: 402, expiresAt: 7 },
      { ...context, hasAccount: true },
    );
    expect(state).toEqual({ name: 'disconnected', reason: 'banned', expiresAt: 7 });
  });

  it('as outdated is final once the version was refreshed', () => {
    expect(words(closed(405, { isVersionRefreshed: true }))).toBe('disconnected outdated');
  });

  it('for a restart is answered at once the first time, and with patience after that', () => {
    expect(words(closed(515, { attempts: 1 }))).toBe('reconnecting restart_required > retry');
  });

  it('counts the attempts and waits longer each time', () => {
    const waits = [0, 1, 2, 3].map((attempts) => {
      const [state] = closed(428, { attempts });
      return state.name === 'reconnecting' ? (state.retryAt ?? 0) - context.now : 0;
    });
    expect(waits).toEqual([...waits].sort((a, b) => a - b));
    expect(new Set(waits).size).toBe(4);
  });

  it.each([
    ['pairing', 408, 'disconnected pairing_expired > discard_pairing'],
    ['dialing', 408, 'disconnected login_failed > discard_pairing'],
    ['pairing', 401, 'disconnected rejected > discard_pairing'],
    ['pairing', 'refused', 'disconnected rejected > discard_pairing'],
    ['pairing', 'passkey_required', 'disconnected passkey_required > discard_pairing'],
    ['pairing', 405, 'disconnected outdated > discard_pairing'],
    ['restarting+', 515, 'connecting restarting > dial'],
    ['restarting+', 401, 'logged_out unlinked_from_phone > set_session_aside'],
    ['restarting+', 440, 'disconnected replaced'],
  ] as const)('while %s with %s leads to: %s', (stateName, code, expected) => {
    expect(words(closed(code, { hasAccount: stateName.endsWith('+') }, states[stateName]))).toBe(expected);
  });
});
