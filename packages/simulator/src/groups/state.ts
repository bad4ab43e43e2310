import { z } from 'zod';

/** What a member may do: the one who made the group can never be demoted. */
export const roleSchema = z.enum(['member', 'admin', 'superadmin']);
export type Role = z.infer<typeof roleSchema>;

const person = z.string();

/** Everything about one group. People are named by the user part of their LID. */
export const groupState = z.object({
  /** The user part of the group's JID. */
  id: z.string(),
  addressingMode: z.enum(['lid', 'pn']),
  creator: person,
  createdAt: z.number(),
  subject: z.string(),
  subjectBy: person,
  subjectAt: z.number(),
  description: z.object({ id: z.string(), body: z.string(), by: person, at: z.number() }).optional(),
  pictureId: z.string().optional(),
  /** By the user part of their LID. */
  members: z.map(person, roleSchema),
  /** Only admins may write. */
  isAnnounce: z.boolean(),
  /** Only admins may change subject, description, picture and the expiration. */
  isLocked: z.boolean(),
  /** Only admins may add members. */
  isAddRestricted: z.boolean(),
  /** Whoever comes by the link has to be let in by an admin. */
  isJoinApproval: z.boolean(),
  /** How long messages stay, in seconds; 0: for ever. */
  expiration: z.number().int(),
  inviteCode: z.string(),
  /** Codes that were in use before. */
  revokedCodes: z.array(z.string()),
  /** Personal invitations, by the invited person. */
  invitations: z.map(person, z.object({ code: z.string(), by: person, expiresAt: z.number() })),
  joinRequests: z.map(person, z.object({ at: z.number() })),
  /** A community is a group that other groups are linked to; nobody writes in it. */
  isCommunity: z.boolean(),
  /** The community that this group is linked to. */
  parent: z.string().optional(),
  /** The group of a community in which its admins make announcements. */
  isDefaultSubgroup: z.boolean(),
});
export type GroupState = z.infer<typeof groupState>;
