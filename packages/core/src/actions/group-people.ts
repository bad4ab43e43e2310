import { z } from 'zod';
import type { ScopedStore } from '../store/store.js';
import { jidSchema } from '../types/content-parts.js';
import { group, joinRequest, type MemberOutcome, memberOutcome } from '../types/group.js';
import type { Jid } from '../types/ids.js';
import { type ConnectedContext, defineAction } from './action.js';
import { groupField, groupInviteField, peopleField } from './fields.js';
import { known, named, namedPerson } from './people.js';

const invite = z.object({ code: z.string(), link: z.string() });
const inviteOf = (code: string) => ({ code, link: `https://chat.whatsapp.com/${code}` });

const people = { group: groupField, participants: peopleField };
/** WhatsApp answers for each person; that somebody could not be added is no error. */
const outcomes = z.array(memberOutcome);

/** Who is in a group, and how one gets in. */
export const groupPeopleActions = [
  defineAction({
    name: 'group.add',
    title: 'Add people to a group',
    description:
      'Adds people to a group and tells for each whether it worked: refusal 403 is somebody who does not let others add them and needs an invite link.',
    needs: 'connected',
    input: people,
    output: outcomes,
    run: (context, input) => change(context, input, 'add'),
  }),
  defineAction({
    name: 'group.remove',
    title: 'Remove people from a group',
    description: 'Removes people from a group and tells for each whether it worked.',
    needs: 'connected',
    input: people,
    output: outcomes,
    run: (context, input) => change(context, input, 'remove'),
  }),
  defineAction({
    name: 'group.promote',
    title: 'Make people admins',
    description: 'Makes members of a group its admins and tells for each whether it worked.',
    needs: 'connected',
    input: people,
    output: outcomes,
    run: (context, input) => change(context, input, 'promote'),
  }),
  defineAction({
    name: 'group.demote',
    title: 'Make people no longer admins',
    description: 'Makes admins of a group ordinary members and tells for each whether it worked.',
    needs: 'connected',
    input: people,
    output: outcomes,
    run: (context, input) => change(context, input, 'demote'),
  }),
  defineAction({
    name: 'group.getInvite',
    title: 'Get the invite link',
    description: 'Tells the link by which one joins a group. Admins may ask for it.',
    needs: 'connected',
    input: { group: groupField },
    output: invite,
    run: async ({ queries }, input) => inviteOf(await queries.groups.getInvite(input.group, false)),
  }),
  defineAction({
    name: 'group.resetInvite',
    title: 'Reset the invite link',
    description: 'Makes a new link by which one joins a group; the old one is no longer good.',
    needs: 'connected',
    input: { group: groupField },
    output: invite,
    run: async ({ queries }, input) => inviteOf(await queries.groups.getInvite(input.group, true)),
  }),
  defineAction({
    name: 'group.inspectInvite',
    title: 'Look at a group by its link',
    description: 'Tells about a group what its invite link shows, without joining it.',
    needs: 'connected',
    input: { invite: groupInviteField },
    output: group,
    run: async ({ stored, queries }, input) => named(stored, await queries.groups.inspect(input.invite)),
  }),
  defineAction({
    name: 'group.join',
    title: 'Join a group by its link',
    description: 'Joins a group by its invite link, or asks its admins where they want to be asked.',
    needs: 'connected',
    input: { invite: groupInviteField },
    output: z.object({
      group: jidSchema.nullable().meta({ description: 'null: the admins have been asked.' }),
    }),
    run: async ({ queries }, input) => ({ group: (await queries.groups.join(input.invite)) ?? null }),
  }),
  defineAction({
    name: 'group.listRequests',
    title: 'List join requests',
    description: 'Lists those who ask to join a group. Admins may see them.',
    needs: 'connected',
    input: { group: groupField },
    output: z.array(joinRequest),
    run: async ({ stored, queries }, input) =>
      (await queries.groups.getRequests(input.group)).map((request) => namedPerson(stored, request)),
  }),
  defineAction({
    name: 'group.approveRequests',
    title: 'Approve join requests',
    description: 'Lets people into a group who asked to join, and tells for each whether it worked.',
    needs: 'connected',
    input: people,
    output: outcomes,
    run: (context, input) => answerRequests(context, input, 'approve'),
  }),
  defineAction({
    name: 'group.rejectRequests',
    title: 'Reject join requests',
    description: 'Turns down people who asked to join a group, and tells for each whether it worked.',
    needs: 'connected',
    input: people,
    output: outcomes,
    run: (context, input) => answerRequests(context, input, 'reject'),
  }),
];

interface Members {
  group: Jid;
  participants: Jid[];
}

const change = async (
  { stored, queries }: ConnectedContext,
  { group, participants }: Members,
  action: 'add' | 'remove' | 'promote' | 'demote',
) => byNumber(stored, await queries.groups.changeMembers(group, participants, action));

const answerRequests = async (
  { stored, queries }: ConnectedContext,
  { group, participants }: Members,
  answer: 'approve' | 'reject',
) => byNumber(stored, await queries.groups.answerRequests(group, participants, answer));

/** WhatsApp answers with hidden addresses; whoever is known by number is named by it, as the caller did. */
const byNumber = (stored: ScopedStore, all: MemberOutcome[]): MemberOutcome[] =>
  all.map((one) => ({ ...one, jid: known(stored, one.jid) }));
