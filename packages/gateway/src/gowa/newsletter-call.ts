import { textOf } from '@wharf/core';
import { z } from 'zod';
import { isoTime, nothing } from './fields.js';
import { gowaRoute } from './route.js';
import { mediaTypeOf } from './views.js';

/** Channels and calls, as GOWA has them. */
export const newsletterAndCallRoutes = [
  gowaRoute({
    method: 'POST',
    path: '/newsletter/unfollow',
    summary: 'Follow a channel no longer',
    input: z.object({ newsletter_id: z.string() }),
    results: nothing,
    async run({ act, input }) {
      await act('channel.unfollow', { channel: input.newsletter_id });
      return { message: 'Newsletter no longer followed', results: null };
    },
  }),
  gowaRoute({
    method: 'GET',
    path: '/newsletter/messages',
    summary: 'List the posts of a channel, the newest first',
    input: z.object({
      newsletter_id: z.string(),
      count: z.coerce.number().int().min(1).max(100).default(50),
      before: z.coerce.number().int().positive().optional(),
    }),
    results: z.object({
      data: z.array(
        z.object({
          server_id: z.number(),
          message_id: z.string(),
          type: z.string(),
          timestamp: z.string(),
          content: z.string(),
          reaction_counts: z.record(z.string(), z.number()),
        }),
      ),
    }),
    async run({ act, input: { newsletter_id, count, before } }) {
      const posts = await act('channel.listMessages', {
        channel: newsletter_id,
        limit: count,
        ...(before === undefined ? {} : { before }),
      });
      const data = posts.map(({ id, serverId, at, content, reactions }) => ({
        server_id: serverId,
        message_id: id,
        type: mediaTypeOf(content) ?? content.kind,
        timestamp: isoTime(at),
        content: textOf(content) ?? '',
        reaction_counts: reactions,
      }));
      return { message: 'Newsletter messages', results: { data } };
    },
  }),
  gowaRoute({
    method: 'POST',
    path: '/call/reject',
    summary: 'Reject a call that rings',
    input: z.object({ caller_jid: z.string(), call_id: z.string() }),
    results: nothing,
    async run({ act, input }) {
      await act('call.reject', { callId: input.call_id, caller: input.caller_jid });
      return { message: 'Call rejected', results: null };
    },
  }),
];
