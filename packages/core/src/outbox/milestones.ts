import type { Delivery, OutboxItem, SendMilestone } from '../types/message.js';

export const REACHED: Record<SendMilestone, Delivery[]> = {
  sent: ['server', 'delivered', 'read', 'played'],
  delivered: ['delivered', 'read', 'played'],
  read: ['read', 'played'],
};

/** Whether a message has got so far, or never will. */
export function hasReached({ state, delivery = 'pending' }: OutboxItem, milestone: SendMilestone): boolean {
  if (state === 'queued' || state === 'sending') return false;
  return state !== 'sent' || REACHED[milestone].includes(delivery);
}
