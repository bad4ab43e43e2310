import { z } from 'zod';
import type { ErrorCode } from '../errors/codes.js';
import { WharfError } from '../errors/errors.js';
import type { ScopedStore } from '../store/store.js';
import type { Content } from '../types/content.js';
import { jidSchema, messageIdSchema } from '../types/content-parts.js';
import type { MessageId } from '../types/ids.js';
import { deliverySchema } from '../types/json-schemas.js';
import type { Message, OutboxItem, OutgoingMessage } from '../types/message.js';
import type { OutgoingContentInput } from '../types/outgoing.js';
import type { DeviceContext } from './action.js';

/** A message that is owed to WhatsApp, as it stands. */
export const outboxItem = z.object({
  messageId: messageIdSchema,
  chat: jidSchema,
  state: z.enum(['queued', 'sending', 'sent', 'failed', 'expired', 'cancelled']),
  queuedAt: z.number(),
  expiresAt: z.number(),
  sentAt: z.number().optional(),
  notBefore: z.number().optional(),
  attempts: z.number(),
  delivery: deliverySchema.optional(),
  idempotencyKey: z.string().optional(),
  errorCode: z.string().optional(),
}) as unknown as z.ZodType<OutboxItem>;

/** What can be said of every send. */
export const sendingFields = {
  idempotencyKey: z
    .string()
    .optional()
    .meta({ description: 'The same key again gives the same item and sends nothing.' }),
  expiresInMs: z
    .number()
    .optional()
    .meta({ description: 'How long it may wait in the queue, in milliseconds; a day unless given.' }),
  waitFor: z.enum(['sent', 'delivered', 'read']).optional(),
  waitMs: z.number().optional().meta({ description: 'How long to wait for that, in milliseconds.' }),
};
type Sending = z.output<z.ZodObject<typeof sendingFields>>;

/** What every send may end with. */
export const sendingErrors = ['DEVICE_NOT_CONNECTED', 'DEVICE_LOGGED_OUT'] as const satisfies ErrorCode[];

/** Queues a message, and waits as long as it was asked to. */
export async function queue(
  { manager, deviceId }: DeviceContext,
  message: OutgoingMessage,
  { idempotencyKey, expiresInMs, waitFor: until, waitMs }: Sending,
): Promise<OutboxItem> {
  const item = await manager.send(deviceId, {
    ...message,
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    ...(expiresInMs === undefined ? {} : { expiresInMs }),
  });
  if (!until) return item;
  const options = waitMs === undefined ? { until } : { until, timeoutMs: waitMs };
  return manager.waitForSend(deviceId, item.messageId, options);
}

/** Queues what is said to a stored message, in its chat. @throws WharfError MESSAGE_NOT_FOUND */
export function queueTo(
  context: DeviceContext,
  { messageId, ...options }: Sending & { messageId: MessageId },
  content: (target: MessageId) => OutgoingContentInput | Content,
): Promise<OutboxItem> {
  const { id, chat } = stored(context.stored, messageId);
  return queue(context, { to: chat, content: content(id) }, options);
}

/** @throws WharfError MESSAGE_NOT_FOUND */
export function stored(scoped: ScopedStore | undefined, id: MessageId): Message {
  const message = scoped?.messages.get(id);
  if (!message) throw new WharfError('MESSAGE_NOT_FOUND');
  return message;
}
