import { Outbox } from '../outbox/outbox.js';
import { outgoingTurns as outgoing } from '../outbox/outgoing-turns.js';
import type { Scope } from '../store/store.js';
import { accountPerson } from '../types/device.js';
import type { Clock } from '../util/clock.js';
import { AccountMedia } from './account-media.js';
import type { Device } from './device.js';
import type { DeviceSurroundings } from './surroundings.js';

/** What the outbox of an account asks of its device. `guard` hears of what cannot be stored when a timer ends. */
interface OutboxHost {
  guard(run: () => void): void;
  onSuspicion(): void;
}

/** What a device does for the account it is linked to. */
export interface OpenAccount {
  outbox: Outbox;
  media: AccountMedia;
}

/** The outbox and the media of the account that a device is linked to. */
export function openAccount(
  scope: Scope,
  device: Device,
  around: DeviceSurroundings,
  { guard, onSuspicion }: OutboxHost,
): OpenAccount {
  const { store, log, clock: timers, random, logger } = around;
  const clock: Clock = {
    now: timers.now,
    after: (ms, run) => timers.after(ms, () => guard(run)),
  };
  const { account } = device.info;
  const own = account ? accountPerson(account) : { jid: scope.jid };
  const media = new AccountMedia(scope, around, {
    wire: () => device.wire?.media,
    settings: () => device.settings.media,
  });
  const settings = () => device.settings.pacing;
  const outbox = new Outbox(scope, {
    store,
    log,
    clock,
    random,
    logger,
    own,
    settings,
    media,
    outgoing,
    onSuspicion,
  });
  return { outbox, media };
}
