import { ingest } from '../inbox/ingest.js';
import type { Outbox } from '../outbox/outbox.js';
import type { Scope } from '../store/store.js';
import type { WireEvent } from '../wire/wire.js';
import type { DeviceSurroundings } from './surroundings.js';

type Received = Extract<WireEvent, { type: 'message' | 'acknowledged' | 'delivery' }>;

/** Stores what a wire has brought for an account. */
export function receive(
  event: Received,
  scope: Scope,
  outbox: Outbox,
  { store, log }: Pick<DeviceSurroundings, 'store' | 'log'>,
): void {
  switch (event.type) {
    case 'message':
      ingest(store, log, scope, event.message);
      return outbox.noteMessage(event.message.chat);
    case 'acknowledged':
      return outbox.acknowledge(event.messageId, event.refusal);
    case 'delivery':
      return outbox.noteDelivery(event.messageId, event.delivery);
  }
}
