import { type ErrorCode, errorCodes, type OutboxItem, WharfError } from '@wharf/core';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';

/** How far a message is to get before the answer is given: `queued` is on disk. */
export const waitFields = {
  wait: z.enum(['queued', 'sent', 'delivered', 'read']).optional().meta({
    description: 'How far the message is to get before the answer comes. Default: queued, which is on disk.',
  }),
  wait_ms: z.coerce.number().int().min(0).max(60_000).optional().meta({
    description:
      'How long to wait for that, in milliseconds; then the answer says how far it is. Default 30,000.',
  }),
};
export const waitQuery = z.object(waitFields);
type Wait = z.output<typeof waitQuery>;

/** What a request says of the way of its message: the wait, and a key under which it is sent once only. */
export function sendingOf({ headers, query }: Pick<FastifyRequest, 'headers' | 'query'>, fields: Wait = {}) {
  const { wait, wait_ms } = { ...(query as Wait), ...fields };
  const key = headers['idempotency-key'];
  return {
    ...(typeof key === 'string' ? { idempotencyKey: key } : {}),
    ...(wait === undefined || wait === 'queued' ? {} : { waitFor: wait }),
    ...(wait_ms === undefined ? {} : { waitMs: wait_ms }),
  };
}

/**
 * The item, unless it came to nothing.
 *
 * @throws WharfError with the code that it failed with
 */
export function settled(item: OutboxItem): OutboxItem {
  const { state, errorCode, messageId } = item;
  if (state === 'failed' || state === 'expired') {
    const fallback: ErrorCode = state === 'failed' ? 'SEND_REFUSED' : 'SEND_EXPIRED';
    const isKnown = errorCode !== undefined && Object.hasOwn(errorCodes, errorCode);
    const code = isKnown && state === 'failed' ? (errorCode as ErrorCode) : fallback;
    throw new WharfError(code, { details: { messageId } });
  }
  return item;
}
