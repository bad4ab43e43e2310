import { z } from 'zod';
import { WharfError } from '../errors/errors.js';
import type { ScopedStore } from '../store/store.js';
import type { Content } from '../types/content.js';
import { jidSchema, messageIdSchema } from '../types/content-parts.js';
import type { MessageId } from '../types/ids.js';
import { messageSchema } from '../types/json-schemas.js';
import type { Message, OutboxItem } from '../types/message.js';
import { audienceSchema, outgoingContentSchema } from '../types/outgoing.js';
import { defineAction, done } from './action.js';
import { chatField, messageIdField, messageIdsField, pageFields } from './fields.js';

const delivery = z.enum(['pending', 'server', 'delivered', 'read', 'played', 'error']);

const outboxItem = z.object({
  messageId: messageIdSchema,
  chat: jidSchema,
  state: z.enum(['queued', 'sending', 'sent', 'failed', 'expired', 'cancelled']),
  queuedAt: z.number(),
  expiresAt: z.number(),
  sentAt: z.number().optional(),
  notBefore: z.number().optional(),
  attempts: z.number(),
  delivery: delivery.optional(),
  idempotencyKey: z.string().optional(),
  errorCode: z.string().optional(),
}) as unknown as z.ZodType<OutboxItem>;

/** A message with how far it got, for one of ours. */
const messageView = z.object({
  message: messageSchema,
  delivery: delivery.optional(),
  isStarred: z.boolean(),
});

export const messageActions = [
  defineAction({
    name: 'message.send',
    title: 'Send a message',
    description:
      'Queues a message; it is on disk when this returns, and goes out as soon as the device is connected. With waitFor it returns when the message has got so far, or as it is when the time is up.',
    needs: 'device',
    errors: ['DEVICE_NOT_CONNECTED', 'DEVICE_LOGGED_OUT', 'MESSAGE_INVALID'],
    input: {
      to: z.string().meta({ description: 'A phone number with country code, or a JID.' }),
      text: z.string().optional().meta({ description: 'Up to 65,536 characters. This, or a content.' }),
      content: outgoingContentSchema
        .optional()
        .meta({ description: 'A content of any kind that can be sent, also one that was received.' }),
      audience: audienceSchema.optional().meta({ description: 'Who gets to see a status.' }),
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
    },
    output: outboxItem,
    async run({ manager, deviceId }, input) {
      const { to, text, content, audience, idempotencyKey, expiresInMs, waitFor: until, waitMs } = input;
      const item = await manager.send(deviceId, {
        to,
        ...(content ? { content: content as Content } : { text: text ?? '' }),
        ...(audience ? { audience } : {}),
        ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
        ...(expiresInMs === undefined ? {} : { expiresInMs }),
      });
      if (!until) return item;
      const options = waitMs === undefined ? { until } : { until, timeoutMs: waitMs };
      return manager.waitForSend(deviceId, item.messageId, options);
    },
  }),
  defineAction({
    name: 'message.cancel',
    title: 'Cancel a message',
    description:
      'Takes back a message that is still queued; one that is under way or has ended is returned as it is.',
    needs: 'device',
    errors: ['MESSAGE_NOT_FOUND'],
    input: { messageId: messageIdField },
    output: outboxItem,
    run: ({ manager, deviceId }, { messageId }) => manager.cancelSend(deviceId, messageId),
  }),
  defineAction({
    name: 'message.get',
    title: 'Get a message',
    description: 'Returns one stored message and how far it got.',
    needs: 'device',
    errors: ['MESSAGE_NOT_FOUND'],
    input: { messageId: messageIdField },
    output: messageView,
    async run({ stored }, { messageId }) {
      const [message] = find(stored, [messageId]);
      if (!stored || !message) throw new WharfError('MESSAGE_NOT_FOUND');
      const reached = stored.messages.getDelivery(messageId);
      return {
        message,
        ...(reached ? { delivery: reached } : {}),
        isStarred: stored.appState.isStarred(messageId),
      };
    },
  }),
  defineAction({
    name: 'message.list',
    title: 'List messages',
    description: 'Lists the messages of a chat, the newest first.',
    needs: 'device',
    input: { chat: chatField, ...pageFields },
    output: z.array(messageSchema),
    run: ({ manager, deviceId }, { chat, limit, before }) =>
      manager.listMessages(deviceId, chat, { limit, ...(before === undefined ? {} : { before }) }),
  }),
  defineAction({
    name: 'message.search',
    title: 'Search messages',
    description:
      'Finds the messages with all these words, the newest first. Accents and case do not matter, and word* finds all that begin so.',
    needs: 'device',
    input: {
      text: z.string().min(1),
      chat: chatField.optional(),
      from: chatField.optional(),
      ...pageFields,
    },
    output: z.array(messageSchema),
    run: ({ manager, deviceId }, { text, chat, from, limit, before }) =>
      manager.searchMessages(deviceId, {
        text,
        limit,
        ...(chat === undefined ? {} : { chat }),
        ...(from === undefined ? {} : { from }),
        ...(before === undefined ? {} : { before }),
      }),
  }),
  defineAction({
    name: 'message.markRead',
    title: 'Mark messages as read',
    description:
      'Tells those who wrote that their messages were read, as far as the privacy settings of the account let them know. Own messages are left out.',
    needs: 'connected',
    errors: ['MESSAGE_NOT_FOUND'],
    input: { messageIds: messageIdsField },
    output: done,
    async run({ stored, queries }, { messageIds }) {
      const messages = find(stored, messageIds).filter(({ isFromMe }) => !isFromMe);
      if (messages.length > 0) await queries.messages.confirm(messages, 'read');
      return {};
    },
  }),
  defineAction({
    name: 'message.markPlayed',
    title: 'Mark a voice message as played',
    description:
      'Tells those who wrote that their voice messages were listened to. Own messages are left out.',
    needs: 'connected',
    errors: ['MESSAGE_NOT_FOUND'],
    input: { messageIds: messageIdsField },
    output: done,
    async run({ stored, queries }, { messageIds }) {
      const messages = find(stored, messageIds).filter(({ isFromMe }) => !isFromMe);
      if (messages.length > 0) await queries.messages.confirm(messages, 'played');
      return {};
    },
  }),
  defineAction({
    name: 'message.star',
    title: 'Star a message',
    description: 'Stars a message on all devices of the account, or takes the star away.',
    needs: 'connected',
    errors: ['MESSAGE_NOT_FOUND', 'APP_STATE_KEY_MISSING'],
    input: { messageId: messageIdField, isStarred: z.boolean().default(true) },
    output: done,
    async run({ stored, queries }, { messageId, isStarred }) {
      for (const message of find(stored, [messageId])) await queries.messages.star(message, isStarred);
      stored.appState.putStar(messageId, isStarred);
      return {};
    },
  }),
  defineAction({
    name: 'message.deleteForMe',
    title: 'Delete a message for me',
    description: 'Deletes a message on all devices of this account, and on no other phone.',
    needs: 'connected',
    errors: ['MESSAGE_NOT_FOUND', 'APP_STATE_KEY_MISSING'],
    input: { messageId: messageIdField },
    output: done,
    async run({ stored, queries }, { messageId }) {
      for (const message of find(stored, [messageId])) await queries.messages.deleteForMe(message);
      stored.messages.delete(messageId);
      return {};
    },
  }),
];

/** @throws WharfError MESSAGE_NOT_FOUND when one of them is not stored */
function find(stored: ScopedStore | undefined, ids: MessageId[]): Message[] {
  return ids.map((id) => {
    const message = stored?.messages.get(id);
    if (!message) throw new WharfError('MESSAGE_NOT_FOUND', { details: { option: 'messageIds' } });
    return message;
  });
}
