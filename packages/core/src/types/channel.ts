import { z } from 'zod';
import { contentSchema } from './content.js';
import { jidSchema, messageIdSchema } from './content-parts.js';

/** A channel, which WhatsApp calls a newsletter on the wire, as this account sees it. */
export const channel = z.object({
  jid: jidSchema,
  name: z.string(),
  description: z.string().optional(),
  inviteCode: z.string().optional(),
  followers: z.number(),
  isVerified: z.boolean(),
  createdAt: z.number().optional().meta({ description: 'Epoch milliseconds.' }),
  role: z.enum(['owner', 'admin', 'follower', 'guest']).optional(),
  isMuted: z.boolean().optional(),
});
export type Channel = z.output<typeof channel>;

/** A post of a channel. */
export const channelPost = z.object({
  id: messageIdSchema,
  serverId: z.number().meta({ description: 'Its number in the channel; grows from post to post.' }),
  at: z.number().meta({ description: 'Epoch milliseconds.' }),
  content: contentSchema,
  reactions: z.record(z.string(), z.number()).meta({ description: 'How often each emoji was given.' }),
});
export type ChannelPost = z.output<typeof channelPost>;
