import type { Automation } from '../automation/automation.js';
import type { EventLog } from '../events/log.js';
import { storeAppState } from '../inbox/app-state.js';
import type { Inbox } from '../inbox/inbox.js';
import type { Store } from '../store/store.js';
import type { WireEvent } from '../wire/wire.js';
import type { OpenAccount } from './open-account.js';

type Received = Exclude<WireEvent, { type: 'qr' | 'code' | 'paired' | 'opened' | 'synced' | 'closed' }>;

/** Stores what a wire has brought for an account. */
export function receive(
  event: Received,
  { outbox, media }: OpenAccount,
  inbox: Inbox,
  automation: Automation,
  { store, log }: { store: Store; log: EventLog },
): void {
  const { scope } = outbox;
  if (automation.ignores(event, scope)) {
    if ('settle' in event) event.settle(true);
    return;
  }
  switch (event.type) {
    case 'message': {
      const isMediaWanted = 'media' in event.message.content && media.wants(event.message);
      const settle = (isStored: boolean) => {
        event.settle(isStored);
        if (!isStored) return;
        outbox.noteMessage(event.message.chat);
        if (isMediaWanted) media.noteWanted();
      };
      return inbox.take(scope, { ...event, settle, ...(isMediaWanted && { isMediaWanted }) });
    }
    case 'undecryptable':
    case 'call':
    case 'alias_learned':
    case 'identity_changed':
      return inbox.take(scope, event);
    case 'presence':
      return automation.presences.take(scope, event.presence, store.forDevice(scope));
    case 'session_restored': {
      const payload = { retired: event.retired };
      log.append({ type: 'session.restored', ...scope, payload });
      return;
    }
    case 'app_state':
      return storeAppState(store.forDevice(scope), event.change);
    case 'acknowledged':
      return outbox.acknowledge(event.messageId, event.refusal);
    case 'delivery':
      return outbox.noteDelivery(event.messageId, event.delivery);
  }
}
