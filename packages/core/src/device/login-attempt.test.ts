import { describe, expect, it, vi } from 'vitest';
import { bounds } from '../bounds.js';
import { testClock } from '../util/test-clock.js';
import type { LoginStep } from './login.js';
import { LoginAttempt } from './login-attempt.js';

async function stepsOf(login: LoginAttempt): Promise<LoginStep['type'][]> {
  const types: LoginStep['type'][] = [];
  for await (const step of login) types.push(step.type);
  return types;
}

describe('a login', () => {
  it('is a finite stream of steps with one outcome', async () => {
    const login = new LoginAttempt(testClock(), { method: 'qr' }, vi.fn());
    const steps = stepsOf(login);
    await Promise.resolve();
    login.move({ type: 'qr', qr: 'code', expiresAt: 1 });
    await Promise.resolve();
    login.move({ type: 'cancelled' });
    login.move({ type: 'dialing' });
    expect((await steps).at(-1)).toBe('cancelled');
    expect(await login.outcome).toEqual({ type: 'cancelled' });
  });

  it('gives somebody who joins late the latest step at once', async () => {
    const login = new LoginAttempt(testClock(), { method: 'qr' }, vi.fn());
    login.move({ type: 'qr', qr: 'code', expiresAt: 1 });
    login.cancel();
    expect(await stepsOf(login)).toEqual(['cancelled']);
  });

  it('takes the device out of the login when it is cancelled, once', () => {
    const abandon = vi.fn();
    const login = new LoginAttempt(testClock(), { method: 'qr' }, abandon);
    login.cancel();
    login.cancel();
    expect(abandon.mock.calls).toEqual([['login_cancelled']]);
  });

  it('ends when its time is up', async () => {
    const clock = testClock();
    const abandon = vi.fn();
    const login = new LoginAttempt(clock, { method: 'qr' }, abandon);
    clock.pass(bounds.loginMs);
    expect(await login.outcome).toMatchObject({ type: 'failed', error: { code: 'LOGIN_TIMED_OUT' } });
    expect(abandon.mock.calls).toEqual([['login_failed']]);
  });
});
