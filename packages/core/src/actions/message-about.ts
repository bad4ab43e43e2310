import { z } from 'zod';
import { WharfError } from '../errors/errors.js';
import type { Content } from '../types/content.js';
import type { Message } from '../types/message.js';
import { type OutgoingContent, outgoingContentSchema } from '../types/outgoing.js';
import { defineAction } from './action.js';
import { chatField, messageIdField } from './fields.js';
import { outboxItem, queue, queueTo, sendingErrors, sendingFields, stored } from './sending.js';

const errors = [...sendingErrors, 'MESSAGE_NOT_FOUND'] as const;
const target = { messageId: messageIdField, ...sendingFields };
const DAY_MS = 86_400_000;

/** What is said to a stored message, or changes it: each goes through the queue as any message does. */
export const messageAboutActions = [
  defineAction({
    name: 'message.reply',
    title: 'Reply to a message',
    description: 'Answers a message in its chat, with a text or a content; the message is shown above it.',
    needs: 'device',
    errors: [...errors, 'MESSAGE_INVALID'],
    input: {
      ...target,
      text: z.string().optional().meta({ description: 'Up to 65,536 characters. This, or a content.' }),
      content: outgoingContentSchema
        .optional()
        .meta({ description: 'A content that stands by itself, of any kind that can be sent.' }),
    },
    output: outboxItem,
    async run(context, { text, content = { kind: 'text', text: text ?? '' }, ...input }) {
      return queueTo(context, input, (id) => ({ ...content, quoted: { id } }) as Content);
    },
  }),
  defineAction({
    name: 'message.forward',
    title: 'Forward a message',
    description:
      'Sends what a message says to other chats, marked as forwarded. Files go along as they are on WhatsApp, without being downloaded. Of several chats each gets an item of its own; an idempotency key counts for each chat.',
    needs: 'device',
    errors: [...errors, 'MESSAGE_NOT_FORWARDABLE'],
    input: { ...target, to: z.array(chatField).min(1).max(100) },
    output: z.array(outboxItem),
    async run(context, { to, messageId, idempotencyKey, ...options }) {
      const content = forwarded(stored(context.stored, messageId));
      const items = to.map((chat) =>
        queue(
          context,
          { to: chat, content },
          idempotencyKey === undefined
            ? options
            : { ...options, idempotencyKey: `${idempotencyKey} ${chat}` },
        ),
      );
      return Promise.all(items);
    },
  }),
  defineAction({
    name: 'message.react',
    title: 'React to a message',
    description: 'Gives a message a reaction in place of the one before; an empty one takes it back.',
    needs: 'device',
    errors: [...errors, 'MESSAGE_INVALID'],
    input: { ...target, emoji: z.string().max(64) },
    output: outboxItem,
    run: async (context, { emoji, ...input }) =>
      queueTo(context, input, (target) => ({ kind: 'reaction', target, emoji })),
  }),
  defineAction({
    name: 'message.edit',
    title: 'Edit a message',
    description:
      'Gives a message of this account another text, or another caption, for everybody. WhatsApp allows that for 15 minutes.',
    needs: 'device',
    errors: [...errors, 'MESSAGE_INVALID', 'MESSAGE_NOT_OWN', 'MESSAGE_TOO_OLD', 'MESSAGE_NOT_EDITABLE'],
    input: { ...target, text: z.string() },
    output: outboxItem,
    run: async (context, { text, ...input }) =>
      queueTo(context, input, (target) => ({ kind: 'edit', target, text })),
  }),
  defineAction({
    name: 'message.revoke',
    title: 'Delete a message for everybody',
    description:
      'Takes a message of this account back for everybody, or as the admin of a group that of somebody else. WhatsApp allows that for 60 hours.',
    needs: 'device',
    errors: [...errors, 'MESSAGE_NOT_OWN', 'MESSAGE_TOO_OLD'],
    input: target,
    output: outboxItem,
    run: async (context, input) => queueTo(context, input, (target) => ({ kind: 'revoke', target })),
  }),
  defineAction({
    name: 'message.pin',
    title: 'Pin a message',
    description: 'Pins a message in its chat for everybody, or takes the pin away.',
    needs: 'device',
    errors,
    input: {
      ...target,
      isPinned: z.boolean().default(true),
      forMs: z
        .union([DAY_MS, 7 * DAY_MS, 30 * DAY_MS].map((ms) => z.literal(ms)))
        .default(7 * DAY_MS)
        .meta({ description: 'For how long, in milliseconds: a day, 7 days, 30 days.' }),
    },
    output: outboxItem,
    run: async (context, { isPinned, forMs: durationMs, ...input }) =>
      queueTo(context, input, (target) => ({ kind: 'pin', target, isPinned, durationMs })),
  }),
  defineAction({
    name: 'message.keep',
    title: 'Keep a message',
    description: 'Keeps a message that would disappear in its chat for everybody, or no longer.',
    needs: 'device',
    errors,
    input: { ...target, isKept: z.boolean().default(true) },
    output: outboxItem,
    run: async (context, { isKept, ...input }) =>
      queueTo(context, input, (target) => ({ kind: 'keep', target, isKept })),
  }),
  defineAction({
    name: 'message.vote',
    title: 'Vote in a poll',
    description: 'Chooses options of a poll, in place of those chosen before; none takes the vote back.',
    needs: 'device',
    errors: [...errors, 'MESSAGE_INVALID'],
    input: { ...target, options: z.array(z.string()).max(12).meta({ description: 'As the poll has them.' }) },
    output: outboxItem,
    run: async (context, { options, ...input }) =>
      queueTo(context, input, (target) => ({ kind: 'poll_vote', target, options })),
  }),
  defineAction({
    name: 'message.respondToEvent',
    title: 'Respond to an event',
    description: 'Says whether the account comes to an event, in place of what it said before.',
    needs: 'device',
    errors,
    input: {
      ...target,
      response: z.enum(['going', 'not_going', 'maybe']),
      extraGuests: z.number().int().min(0).max(100).optional(),
    },
    output: outboxItem,
    run: async (context, { response, extraGuests, ...input }) =>
      queueTo(context, input, (target) => ({
        kind: 'event_response',
        target,
        response,
        ...(extraGuests === undefined ? {} : { extraGuests }),
      })),
  }),
];

/** What a message says, without what ties it to its chat. @throws WharfError MESSAGE_NOT_FORWARDABLE */
function forwarded({ content, isRevoked }: Message): OutgoingContent {
  const { success, data } = outgoingContentSchema.safeParse(content);
  if (!success || isRevoked || 'target' in data || data.isViewOnce)
    throw new WharfError('MESSAGE_NOT_FORWARDABLE');
  const { quoted: _, album: __, ephemeralMs: ___, ...said } = data;
  return { ...said, isForwarded: true };
}
