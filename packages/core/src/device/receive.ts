import type { EventLog } from '../events/log.js';
import { storeAppState } from '../inbox/app-state.js';
import type { Inbox } from '../inbox/inbox.js';
import type { Outbox } from '../outbox/outbox.js';
import type { Store } from '../store/store.js';
import type { WireEvent } from '../wire/wire.js';

type Received = Exclude<WireEvent, { type: 'qr' | 'code' | 'paired' | 'opened' | 'synced' | 'closed' }>;

/** Stores what a wire has brought for an account. */
export function receive(
  event: Received,
  outbox: Outbox,
  inbox: Inbox,
  { store, log }: { store: Store; log: EventLog },
): void {
  const { scope } = outbox;
  switch (event.type) {
    case 'message': {
      const settle = (isStored: boolean) => {
        event.settle(isStored);
        if (isStored) outbox.noteMessage(event.message.chat);
      };
      return inbox.take(scope, { ...event, settle });
    }
    case 'undecryptable':
    case 'call':
    case 'alias_learned':
    case 'identity_changed':
      return inbox.take(scope, event);
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
