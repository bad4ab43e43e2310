import { z } from 'zod';
import { bounds } from '../bounds.js';
import { WharfError } from '../errors/errors.js';
import type { MessageId } from '../types/ids.js';
import type { OutboxState } from '../types/message.js';

const DAY_MS = 24 * 3_600_000;

/** What may go with a message that is sent. */
export const sendOptions = z.object({
  idempotencyKey: z.string().min(1).max(255).optional(),
  expiresInMs: z
    .number()
    .int()
    .positive()
    .max(30 * DAY_MS)
    .default(DAY_MS),
});

/** What to wait for, and how long. */
export const waitOptions = z.object({
  until: z.enum(['sent', 'delivered', 'read']).default('sent'),
  timeoutMs: z.number().int().min(0).max(DAY_MS).default(bounds.waitForSendMs),
});

const states = [
  'queued',
  'sending',
  'sent',
  'failed',
  'expired',
  'cancelled',
] as const satisfies OutboxState[];

/** Which items to list: the newest of some states, or of all; `before` is the last item of the page before. */
export const listOptions = z.object({
  states: z.array(z.enum(states)).optional(),
  limit: z.number().int().min(1).max(1_000).default(100),
  before: z
    .string()
    .transform((id) => id as MessageId)
    .optional(),
});

export type WaitOptions = z.input<typeof waitOptions>;
export type ListOptions = z.input<typeof listOptions>;

/** @throws WharfError OPTION_INVALID */
export function readOptions<Schema extends z.ZodType>(schema: Schema, options: unknown): z.output<Schema> {
  const parsed = schema.safeParse(options);
  if (parsed.success) return parsed.data;
  const option = String(parsed.error.issues[0]?.path[0] ?? 'options');
  throw new WharfError('OPTION_INVALID', { details: { option } });
}
