import { z } from 'zod';
import { WharfError } from '../errors/errors.js';
import { type MessageDetails, messageDetails } from '../inbox/message-details.js';
import { listOptions, waitOptions } from '../outbox/options.js';
import type { ScopedStore } from '../store/store.js';
import type { Content } from '../types/content.js';
import type { Jid, MessageId } from '../types/ids.js';
import { deliverySchema, messageSchema } from '../types/json-schemas.js';
import type { Message } from '../types/message.js';
import { audienceSchema, outgoingContentSchema } from '../types/outgoing.js';
import { personSchema } from '../types/person.js';
import { defineAction, done } from './action.js';
import { confirm } from './confirm.js';
import { chatField, messageIdField, messageIdsField, pageFields } from './fields.js';
import { namedPerson } from './people.js';
import { outboxItem, queue, sendingErrors, sendingFields } from './sending.js';

/** Somebody who has answered a message by a tap. */
const answerer = { by: personSchema, at: z.number().meta({ description: 'Epoch milliseconds.' }) };

/** A message with how far it got and what people say to it. */
const messageView = z.object({
  message: messageSchema,
  delivery: deliverySchema.optional(),
  confirmed: z
    .enum(['read', 'played'])
    .optional()
    .meta({ description: 'What was told to somebody else about their message.' }),
  isStarred: z.boolean(),
  reactions: z.array(z.object({ ...answerer, emoji: z.string() })),
  tally: z
    .array(z.object({ option: z.string(), voters: z.array(personSchema) }))
    .optional()
    .meta({
      description: 'The votes of a poll: an entry for each option, with the latest vote of everybody.',
    }),
  responses: z
    .array(
      z.object({
        ...answerer,
        response: z.enum(['going', 'not_going', 'maybe']),
        extraGuests: z.number().optional(),
      }),
    )
    .optional()
    .meta({ description: 'Who comes to an event.' }),
});

export const messageActions = [
  defineAction({
    name: 'message.send',
    title: 'Send a message',
    description:
      'Queues a message; it is on disk when this returns, and goes out as soon as the device is connected. With waitFor it returns when the message has got so far, or as it is when the time is up.',
    needs: 'device',
    errors: [...sendingErrors, 'MESSAGE_INVALID', 'MESSAGE_NOT_FOUND'],
    input: {
      to: z.string().meta({ description: 'A phone number with country code, or a JID.' }),
      text: z.string().optional().meta({ description: 'Up to 65,536 characters. This, or a content.' }),
      content: outgoingContentSchema
        .optional()
        .meta({ description: 'A content of any kind that can be sent, also one that was received.' }),
      audience: audienceSchema.optional().meta({ description: 'Who gets to see a status.' }),
      ...sendingFields,
    },
    output: outboxItem,
    run: async (context, { to, text, content, audience, ...options }) =>
      queue(
        context,
        {
          to,
          ...(content ? { content: content as Content } : { text: text ?? '' }),
          ...(audience ? { audience } : {}),
        },
        options,
      ),
  }),
  defineAction({
    name: 'message.wait',
    title: 'Wait for a message',
    description:
      'Waits until a message that was queued is sent, delivered or read, or never will be; or returns it as it is when the time is up. With no time it tells at once.',
    needs: 'device',
    errors: ['MESSAGE_NOT_FOUND'],
    input: {
      messageId: messageIdField,
      until: waitOptions.shape.until,
      timeoutMs: waitOptions.shape.timeoutMs.meta({ description: 'In milliseconds, up to a day.' }),
    },
    output: outboxItem,
    run: ({ manager, deviceId }, { messageId, ...options }) =>
      manager.waitForSend(deviceId, messageId, options),
  }),
  defineAction({
    name: 'message.listSends',
    title: 'List what is sent',
    description:
      'Lists the messages that were accepted for sending, the latest first: those that wait or are under way, unless other states are asked for.',
    needs: 'device',
    input: {
      states: listOptions.shape.states.unwrap().default(['queued', 'sending']),
      limit: listOptions.shape.limit,
      before: listOptions.shape.before.meta({ description: 'Only what is older than this message.' }),
    },
    output: z.array(outboxItem),
    run: ({ manager, deviceId }, { states, limit, before }) =>
      manager.listSends(deviceId, { states, limit, ...(before === undefined ? {} : { before }) }),
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
    description:
      'Returns one stored message, how far it got, and what people say to it: reactions, the votes of a poll, who comes to an event.',
    needs: 'device',
    errors: ['MESSAGE_NOT_FOUND'],
    input: { messageId: messageIdField },
    output: messageView,
    async run({ stored }, { messageId }) {
      const details = stored && messageDetails(stored, messageId);
      if (!details) throw new WharfError('MESSAGE_NOT_FOUND');
      return viewOf(stored, details);
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
    run: (context, { messageIds }) => confirm(context, find(context.stored, messageIds), 'read'),
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
    run: (context, { messageIds }) => confirm(context, find(context.stored, messageIds), 'played'),
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

function viewOf(stored: ScopedStore, details: MessageDetails): z.output<typeof messageView> {
  const { message, delivery, responses: said, tally } = details;
  const view: z.output<typeof messageView> = {
    message,
    isStarred: stored.appState.isStarred(message.id),
    reactions: [],
  };
  const named = (jid: Jid) => namedPerson(stored, { jid });
  if (delivery) view.delivery = delivery;
  const confirmed = message.isFromMe ? undefined : stored.messages.getDelivery(message.id);
  if (confirmed === 'read' || confirmed === 'played') view.confirmed = confirmed;
  if (message.content.kind === 'event') view.responses = [];
  if (tally) view.tally = tally.map(({ option, voters }) => ({ option, voters: voters.map(named) }));
  for (const { sender, content, at } of said) {
    const { kind } = content;
    if (kind === 'reaction' && content.emoji)
      view.reactions.push({ by: named(sender), at, emoji: content.emoji });
    if (kind !== 'event_response' || !content.response) continue;
    const { response, extraGuests } = content;
    const answer = { by: named(sender), at, response };
    view.responses?.push(extraGuests === undefined ? answer : { ...answer, extraGuests });
  }
  return view;
}

/** @throws WharfError MESSAGE_NOT_FOUND when one of them is not stored */
function find(stored: ScopedStore, ids: MessageId[]): Message[] {
  return ids.map((id) => {
    const message = stored.messages.get(id);
    if (!message) throw new WharfError('MESSAGE_NOT_FOUND', { details: { option: 'messageIds' } });
    return message;
  });
}
