import { expect, it } from 'vitest';
import { testClock } from '../util/test-clock.js';
import type { Wire } from '../wire/wire.js';
import { Online } from './online.js';

it('an account that is always online says so at once, again with each pulse, and never over a connection that is gone', () => {
  const clock = testClock();
  const said: string[] = [];
  const wire = (name: string) =>
    ({
      queries: { presence: { set: async (state: string) => said.push(`${name} ${state}`) } },
    }) as unknown as Wire;
  const online = new Online(clock, () => undefined);
  const settings = { onConnect: 'unavailable' as const, isAlwaysOnline: true, pulseMs: 60_000 };
  const first = wire('first');
  online.follow(first, settings);
  expect(said).toEqual(['first available']);
  clock.pass(60_000);
  clock.pass(60_000);
  expect(said).toEqual(['first available', 'first available', 'first available']);
  online.follow(undefined, settings);
  clock.pass(600_000);
  expect(said).toHaveLength(3);

  const second = wire('second');
  online.follow(second, settings);
  // The pulse is changed while it runs, and then switched off.
  online.follow(second, { ...settings, pulseMs: 10_000 });
  clock.pass(10_000);
  online.follow(second, { ...settings, isAlwaysOnline: false });
  clock.pass(600_000);
  expect(said.slice(3)).toEqual(['second available', 'second available', 'second unavailable']);
});
