import { Outbox } from '../outbox/outbox.js';
import type { Scope } from '../store/store.js';
import { type Account, accountPerson } from '../types/device.js';
import type { PacingSettings } from '../types/pacing-settings.js';
import type { Clock } from '../util/clock.js';
import type { DeviceSurroundings } from './surroundings.js';

/** What the outbox of an account asks of its device. `guard` hears of what cannot be stored when a timer ends. */
interface OutboxHost {
  guard(run: () => void): void;
  settings(): PacingSettings;
  onSuspicion(): void;
}

/** The outbox of the account that a device is linked to. */
export function openOutbox(
  scope: Scope,
  account: Account | undefined,
  { store, log, clock: timers, random, logger }: DeviceSurroundings,
  { guard, settings, onSuspicion }: OutboxHost,
): Outbox {
  const clock: Clock = {
    now: timers.now,
    after: (ms, run) => timers.after(ms, () => guard(run)),
  };
  const own = account ? accountPerson(account) : { jid: scope.jid };
  return new Outbox(scope, { store, log, clock, random, logger, own, settings, onSuspicion });
}
