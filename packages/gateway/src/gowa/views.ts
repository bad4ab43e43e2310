import type { Channel, Content, Group, MemberOutcome, Message } from '@wharf/core';
import { parseRecipient, textOf } from '@wharf/core';
import { z } from 'zod';
import { isoTime } from './fields.js';

/** GOWA's word for a kind of media. */
const MEDIA_TYPES: Partial<Record<Content['kind'], string>> = {
  image: 'image',
  video: 'video',
  gif: 'video',
  video_note: 'video_note',
  audio: 'audio',
  voice: 'audio',
  document: 'document',
  sticker: 'sticker',
};

export const mediaTypeOf = ({ kind }: Content): string | undefined => MEDIA_TYPES[kind];

export const messageView = z.object({
  id: z.string(),
  chat_jid: z.string(),
  sender_jid: z.string(),
  content: z.string(),
  timestamp: z.string(),
  is_from_me: z.boolean(),
  media_type: z.string().nullable(),
  filename: z.string().nullable(),
  url: z.string().nullable().meta({ description: 'Where to download its media, with a token.' }),
  file_length: z.number().nullable(),
  created_at: z.string(),
  updated_at: z.string(),
});

export function viewMessage(
  { id, chat, sender, content, at, isFromMe, editedAt }: Message,
  linkTo: (path: string) => string,
): z.output<typeof messageView> {
  const type = mediaTypeOf(content);
  return {
    id,
    chat_jid: chat,
    sender_jid: sender.jid,
    content: textOf(content) ?? '',
    timestamp: isoTime(at),
    is_from_me: isFromMe,
    media_type: type ?? null,
    filename: ('fileName' in content ? content.fileName : undefined) ?? null,
    url: type ? linkTo(`/message/${id}/download`) : null,
    file_length: ('media' in content ? content.media.sizeBytes : undefined) ?? null,
    created_at: isoTime(at),
    updated_at: isoTime(editedAt ?? at),
  };
}

/** A group in the words of the library that GOWA is made with. */
export const groupView = z.object({
  JID: z.string(),
  OwnerJID: z.string(),
  Name: z.string(),
  Topic: z.string(),
  IsLocked: z.boolean(),
  IsAnnounce: z.boolean(),
  IsEphemeral: z.boolean(),
  DisappearingTimer: z.number(),
  IsParent: z.boolean(),
  LinkedParentJID: z.string(),
  IsDefaultSubGroup: z.boolean(),
  IsJoinApprovalRequired: z.boolean(),
  MemberAddMode: z.enum(['admin_add', 'all_member_add']),
  GroupCreated: z.string(),
  Participants: z.array(
    z.object({
      JID: z.string(),
      PhoneNumber: z.string(),
      LID: z.string(),
      IsAdmin: z.boolean(),
      IsSuperAdmin: z.boolean(),
      DisplayName: z.string(),
    }),
  ),
});

export const viewGroup = (group: Group): z.output<typeof groupView> => ({
  JID: group.jid,
  OwnerJID: group.owner ?? '',
  Name: group.subject,
  Topic: group.description ?? '',
  IsLocked: group.isLocked,
  IsAnnounce: group.isAnnounce,
  IsEphemeral: group.ephemeralMs > 0,
  DisappearingTimer: group.ephemeralMs / 1_000,
  IsParent: group.isCommunity,
  LinkedParentJID: group.community ?? '',
  IsDefaultSubGroup: group.isCommunityAnnounce,
  IsJoinApprovalRequired: group.isJoinApproval,
  MemberAddMode: group.memberAddMode === 'admins' ? 'admin_add' : 'all_member_add',
  GroupCreated: isoTime(group.createdAt ?? 0),
  Participants: group.participants.map(({ jid, phone, lid, role, savedName, name }) => ({
    JID: jid,
    PhoneNumber: phone ?? '',
    LID: lid ?? '',
    IsAdmin: role !== 'member',
    IsSuperAdmin: role === 'superadmin',
    DisplayName: savedName ?? name ?? '',
  })),
});

export const participantView = z.object({
  jid: z.string(),
  phone_number: z.string(),
  lid: z.string(),
  display_name: z.string(),
  is_admin: z.boolean(),
  is_super_admin: z.boolean(),
});

export const viewParticipants = (group: Group): Array<z.output<typeof participantView>> =>
  viewGroup(group).Participants.map((one) => ({
    jid: one.JID,
    phone_number: one.PhoneNumber,
    lid: one.LID,
    display_name: one.DisplayName,
    is_admin: one.IsAdmin,
    is_super_admin: one.IsSuperAdmin,
  }));

export const outcomes = z.array(
  z.object({ participant: z.string(), status: z.enum(['success', 'error']), message: z.string() }),
);

/** WhatsApp may answer with the hidden address of somebody who was asked for by number: of one person it is known who that is. */
export const viewOutcomes = (
  all: MemberOutcome[],
  asked: string[],
  what: string,
): z.output<typeof outcomes> => {
  const [only, another] = asked;
  const alone = another === undefined && only !== undefined ? parseRecipient(only) : undefined;
  return all.map(({ jid, isDone, refusal }) => ({
    participant: alone ?? jid,
    status: isDone ? 'success' : 'error',
    message: isDone ? what : `WhatsApp has refused it: ${refusal ?? 'no reason given'}`,
  }));
};

export const newsletterView = z.object({
  id: z.string(),
  state: z.object({ type: z.literal('active') }),
  thread_metadata: z.object({
    creation_time: z.string(),
    invite: z.string(),
    name: z.object({ text: z.string() }),
    description: z.object({ text: z.string() }),
    subscribers_count: z.string(),
    verification: z.enum(['verified', 'unverified']),
  }),
  viewer_metadata: z.object({ mute: z.enum(['on', 'off']), role: z.string() }),
});

export const viewNewsletter = (channel: Channel): z.output<typeof newsletterView> => ({
  id: channel.jid,
  state: { type: 'active' },
  thread_metadata: {
    creation_time: channel.createdAt === undefined ? '' : String(Math.floor(channel.createdAt / 1_000)),
    invite: channel.inviteCode ?? '',
    name: { text: channel.name },
    description: { text: channel.description ?? '' },
    subscribers_count: String(channel.followers),
    verification: channel.isVerified ? 'verified' : 'unverified',
  },
  viewer_metadata: {
    mute: channel.isMuted ? 'on' : 'off',
    role: channel.role === 'follower' ? 'subscriber' : (channel.role ?? 'guest'),
  },
});
