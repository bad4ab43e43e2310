import type { WAMessageKey } from '@whiskeysockets/baileys';
import type { MessageId } from '../../types/ids.js';
import type { Delivery } from '../../types/message.js';
import type { WireEvent } from '../wire.js';

/** By status. A refusal (0) is left out: it is an acknowledgement first, and the outbox decides what becomes of it. */
const DELIVERIES: Array<Delivery | undefined> = [
  undefined,
  // Pending: it was from the beginning.
  undefined,
  'server',
  'delivered',
  'read',
  'played',
];

/** How far a message of ours got, from the status that Baileys gives it; undefined when that says nothing. */
export function readDelivery(
  { id, fromMe }: WAMessageKey,
  status: number | null | undefined,
): (WireEvent & { type: 'delivery' }) | undefined {
  const delivery = typeof status === 'number' ? DELIVERIES[status] : undefined;
  return fromMe && id && delivery ? { type: 'delivery', messageId: id as MessageId, delivery } : undefined;
}
