import { z } from 'zod';
import { jidSchema } from './content-parts.js';
import { personSchema } from './person.js';

/** Who may add members: everybody in the group, or its admins. */
export const memberAddMode = z.enum(['everybody', 'admins']);

export const groupParticipant = personSchema.extend({
  role: z.enum(['member', 'admin', 'superadmin']),
});
export type GroupParticipant = z.output<typeof groupParticipant>;

/** A group as WhatsApp describes it to this account. */
export const group = z.object({
  jid: jidSchema,
  subject: z.string(),
  description: z.string().exactOptional(),
  owner: jidSchema.exactOptional(),
  createdAt: z.number().exactOptional().meta({ description: 'Epoch milliseconds.' }),
  size: z.number().meta({ description: 'How many are in it.' }),
  isAnnounce: z.boolean().meta({ description: 'Only admins write.' }),
  isLocked: z.boolean().meta({ description: 'Only admins change subject, description and picture.' }),
  memberAddMode,
  isJoinApproval: z.boolean().meta({ description: 'Admins are asked before somebody joins by the link.' }),
  ephemeralMs: z.number().meta({ description: 'After how long messages disappear; 0: never.' }),
  isCommunity: z.boolean().meta({ description: 'It is a community: groups are linked to it.' }),
  community: jidSchema.exactOptional().meta({ description: 'The community it is linked to.' }),
  isCommunityAnnounce: z
    .boolean()
    .meta({ description: 'It is the group for the announcements of a community.' }),
  participants: z.array(groupParticipant),
});
export type Group = z.output<typeof group>;

/** What became of one person whom something was asked for. */
export const memberOutcome = z.object({
  jid: jidSchema,
  isDone: z.boolean(),
  refusal: z
    .number()
    .exactOptional()
    .meta({ description: 'Why not: 403 privacy settings, 404 not there, 408 left lately, 409 already so.' }),
});
export type MemberOutcome = z.output<typeof memberOutcome>;

/** Somebody who asks to join a group. */
export const joinRequest = personSchema.extend({
  requestedAt: z.number().exactOptional().meta({ description: 'Epoch milliseconds.' }),
  method: z.string().exactOptional().meta({ description: 'How they came: invite_link and the like.' }),
});
export type JoinRequest = z.output<typeof joinRequest>;
