import { z } from 'zod';

/** A post, as everybody can read it: newsletters are not encrypted. */
export const newsletterPost = z.object({
  /** The number that the server gave it: they count up from 1. */
  serverId: z.number().int(),
  id: z.string(),
  /** The admin who wrote it: followers are not told. */
  author: z.string().default(''),
  at: z.number(),
  type: z.string(),
  /** The encoded `proto.Message`. */
  content: z.instanceof(Buffer),
  /** By the user part of the LID. */
  reactions: z.map(z.string(), z.string()),
});
export type NewsletterPost = z.infer<typeof newsletterPost>;

/** Everything about one newsletter. People are named by the user part of their LID. */
export const newsletterState = z.object({
  /** The user part of its JID. */
  id: z.string(),
  name: z.string(),
  description: z.string(),
  inviteCode: z.string(),
  createdAt: z.number(),
  owner: z.string(),
  /** Who else may post and change it. */
  admins: z.set(z.string()).default(() => new Set<string>()),
  pictureId: z.string().optional(),
  isDeleted: z.boolean().default(false),
  followers: z.map(z.string(), z.object({ isMuted: z.boolean() })),
  nextServerId: z.number().int(),
  posts: z.array(newsletterPost),
});
export type NewsletterState = z.infer<typeof newsletterState>;
