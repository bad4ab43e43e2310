import { z } from 'zod';
import { channel, channelPost } from '../types/channel.js';
import { outgoingContentSchema } from '../types/outgoing.js';
import { defineAction, done } from './action.js';
import { channelField, channelKeyField } from './fields.js';
import { outboxItem, queue, sendingErrors, sendingFields } from './sending.js';

export const channelActions = [
  defineAction({
    name: 'channel.create',
    title: 'Create a channel',
    description: 'Creates a channel that the account owns.',
    needs: 'connected',
    input: { name: z.string().trim().min(1).max(100), description: z.string().max(2_048).optional() },
    output: channel,
    run: ({ queries }, { name, description }) => queries.channels.create(name, description),
  }),
  defineAction({
    name: 'channel.list',
    title: 'List channels',
    description: 'Lists the channels that the account follows, and those that it writes.',
    needs: 'connected',
    input: {},
    output: z.array(channel),
    run: ({ queries }) => queries.channels.getAll(),
  }),
  defineAction({
    name: 'channel.get',
    title: 'Get a channel',
    description: 'Tells about a channel, by its JID or its link, whether it is followed or not.',
    needs: 'connected',
    input: { channel: channelKeyField },
    output: channel,
    run: ({ queries }, input) => queries.channels.get(input.channel),
  }),
  defineAction({
    name: 'channel.follow',
    title: 'Follow a channel',
    description: 'Follows a channel: its posts come in as messages.',
    needs: 'connected',
    input: { channel: channelField },
    output: done,
    async run({ queries }, input) {
      await queries.channels.follow(input.channel, true);
      return {};
    },
  }),
  defineAction({
    name: 'channel.unfollow',
    title: 'Unfollow a channel',
    description: 'Follows a channel no longer.',
    needs: 'connected',
    input: { channel: channelField },
    output: done,
    async run({ queries }, input) {
      await queries.channels.follow(input.channel, false);
      return {};
    },
  }),
  defineAction({
    name: 'channel.mute',
    title: 'Mute a channel',
    description: 'Mutes a channel, or no longer.',
    needs: 'connected',
    input: { channel: channelField, isMuted: z.boolean().default(true) },
    output: done,
    async run({ queries }, { channel, isMuted }) {
      await queries.channels.mute(channel, isMuted);
      return {};
    },
  }),
  defineAction({
    name: 'channel.listMessages',
    title: 'List the posts of a channel',
    description:
      'Lists the posts of a channel from WhatsApp, the newest first, whether it is followed or not.',
    needs: 'connected',
    input: {
      channel: channelField,
      limit: z.number().int().min(1).max(100).default(50),
      before: z.number().int().positive().optional().meta({
        description: 'Only posts before this one: the serverId of the last post of the page before.',
      }),
    },
    output: z.array(channelPost),
    run: ({ queries }, { channel, limit, before }) => queries.channels.getPosts(channel, limit, before),
  }),
  defineAction({
    name: 'channel.post',
    title: 'Post to a channel',
    description:
      'Queues a post for a channel that the account writes: a text, or a content. It goes through the queue as any message does.',
    needs: 'device',
    errors: [...sendingErrors, 'MESSAGE_INVALID', 'SEND_REFUSED'],
    input: {
      channel: channelField,
      text: z.string().optional().meta({ description: 'Up to 65,536 characters. This, or a content.' }),
      content: outgoingContentSchema.optional(),
      ...sendingFields,
    },
    output: outboxItem,
    run: async (context, { channel, text, content, ...options }) =>
      queue(context, { to: channel, ...(content ? { content } : { text: text ?? '' }) }, options),
  }),
  defineAction({
    name: 'channel.react',
    title: 'React to a post',
    description:
      'Gives a post of a channel a reaction in place of the one before; an empty one takes it back.',
    needs: 'connected',
    input: {
      channel: channelField,
      serverId: z
        .number()
        .int()
        .positive()
        .meta({ description: 'The number of the post, as channel.listMessages has it.' }),
      emoji: z.string().max(64),
    },
    output: done,
    async run({ queries }, { channel, serverId, emoji }) {
      await queries.channels.react(channel, serverId, emoji);
      return {};
    },
  }),
];
