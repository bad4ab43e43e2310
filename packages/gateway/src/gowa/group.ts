import { z } from 'zod';
import { flag, groupId, isoTime, nothing, texts } from './fields.js';
import { gowaRoute } from './route.js';
import { groupView, viewGroup } from './views.js';

const group = z.object({ group_id: groupId });
const link = z.object({ link: z.string() });

/** Groups themselves, as GOWA has them. */
export const groupRoutes = [
  gowaRoute({
    method: 'POST',
    path: '/group',
    summary: 'Create a group',
    input: z.object({ title: z.string(), participants: texts }),
    results: z.object({ group_id: z.string() }),
    async run({ act, input }) {
      const { jid } = await act('group.create', { subject: input.title, participants: input.participants });
      return { message: 'Group created', results: { group_id: jid } };
    },
  }),
  gowaRoute({
    method: 'GET',
    path: '/group/info',
    summary: 'Tell about a group that the account is in',
    input: group,
    results: groupView,
    run: async ({ act, input }) => ({
      message: 'Group',
      results: viewGroup(await act('group.get', { group: input.group_id })),
    }),
  }),
  gowaRoute({
    method: 'POST',
    path: '/group/join-with-link',
    summary: 'Join a group by its link',
    input: link,
    results: z.object({ group_id: z.string().meta({ description: 'Empty: its admins have been asked.' }) }),
    async run({ act, input }) {
      const { group: jid } = await act('group.join', { invite: input.link });
      return {
        message: jid ? 'Group joined' : 'The admins have been asked',
        results: { group_id: jid ?? '' },
      };
    },
  }),
  gowaRoute({
    method: 'GET',
    path: '/group/info-from-link',
    summary: 'Tell about a group by its link',
    input: link,
    results: z.object({
      group_id: z.string(),
      name: z.string(),
      topic: z.string(),
      created_at: z.string(),
      participant_count: z.number(),
      is_locked: z.boolean(),
      is_announce: z.boolean(),
      is_ephemeral: z.boolean(),
      description: z.string(),
    }),
    async run({ act, input }) {
      const found = await act('group.inspectInvite', { invite: input.link });
      return {
        message: 'Group',
        results: {
          group_id: found.jid,
          name: found.subject,
          topic: found.description ?? '',
          created_at: isoTime(found.createdAt ?? 0),
          participant_count: found.size,
          is_locked: found.isLocked,
          is_announce: found.isAnnounce,
          is_ephemeral: found.ephemeralMs > 0,
          description: found.description ?? '',
        },
      };
    },
  }),
  gowaRoute({
    method: 'POST',
    path: '/group/leave',
    summary: 'Leave a group',
    input: group,
    results: nothing,
    async run({ act, input }) {
      await act('group.leave', { group: input.group_id });
      return { message: 'Group left', results: null };
    },
  }),
  gowaRoute({
    method: 'POST',
    path: '/group/photo',
    summary: 'Set the picture of a group, or take it away',
    input: group.extend({ photo: z.object({ base64: z.string() }).optional() }),
    file: { field: 'photo', to: 'memory' },
    results: z.object({ picture_id: z.string(), message: z.string() }),
    async run({ act, input: { group_id, photo } }) {
      await act('group.setPicture', { group: group_id, ...(photo ? { picture: photo } : {}) });
      const message = photo ? 'Group photo set' : 'Group photo taken away';
      return { message, results: { picture_id: photo ? '' : 'remove', message } };
    },
  }),
  gowaRoute({
    method: 'POST',
    path: '/group/name',
    summary: 'Rename a group',
    input: group.extend({ name: z.string() }),
    results: nothing,
    async run({ act, input }) {
      await act('group.setSubject', { group: input.group_id, subject: input.name });
      return { message: 'Group renamed', results: null };
    },
  }),
  gowaRoute({
    method: 'POST',
    path: '/group/topic',
    summary: 'Describe a group; an empty topic takes the description away',
    input: group.extend({ topic: z.string().default('') }),
    results: nothing,
    async run({ act, input }) {
      await act('group.setDescription', { group: input.group_id, description: input.topic });
      return { message: 'Group topic set', results: null };
    },
  }),
  gowaRoute({
    method: 'POST',
    path: '/group/locked',
    summary: 'Let only admins change a group, or everybody',
    input: group.extend({ locked: flag }),
    results: nothing,
    async run({ act, input }) {
      await act('group.setLocked', { group: input.group_id, isLocked: input.locked });
      return { message: input.locked ? 'Group locked' : 'Group unlocked', results: null };
    },
  }),
  gowaRoute({
    method: 'POST',
    path: '/group/announce',
    summary: 'Let only admins write in a group, or everybody',
    input: group.extend({ announce: flag }),
    results: nothing,
    async run({ act, input }) {
      await act('group.setAnnounce', { group: input.group_id, isAnnounce: input.announce });
      return { message: 'Group announce mode set', results: null };
    },
  }),
  gowaRoute({
    method: 'GET',
    path: '/group/invite-link',
    summary: 'Tell the link of a group, or make a new one',
    input: group.extend({ reset: flag.default(false) }),
    results: z.object({ invite_link: z.string(), group_id: z.string() }),
    async run({ act, input: { group_id, reset } }) {
      const { link } = await act(reset ? 'group.resetInvite' : 'group.getInvite', { group: group_id });
      return { message: 'Invite link', results: { invite_link: link, group_id } };
    },
  }),
];
