import { z } from 'zod';
import { group } from '../types/group.js';
import { defineAction, done } from './action.js';
import { groupField, peopleField } from './fields.js';
import { named } from './people.js';

const linked = z.array(group.pick({ jid: true, subject: true, size: true }));
const pair = { community: groupField, group: groupField };
const subject = z.string().trim().min(1).max(100);

/** A community is a group to which groups are linked: what groups can do, it can do, too. */
export const communityActions = [
  defineAction({
    name: 'community.create',
    title: 'Create a community',
    description: 'Creates a community with a group for announcements and one for everybody.',
    needs: 'connected',
    input: { subject, description: z.string().max(2_048).default('') },
    output: group,
    run: async ({ stored, queries }, { subject, description }) =>
      named(stored, await queries.communities.create(subject, description)),
  }),
  defineAction({
    name: 'community.createGroup',
    title: 'Create a group in a community',
    description: 'Creates a group that belongs to a community.',
    needs: 'connected',
    input: { community: groupField, subject, participants: peopleField },
    output: group,
    run: async ({ stored, queries }, { community, subject, participants }) =>
      named(stored, await queries.communities.createGroup(community, subject, participants)),
  }),
  defineAction({
    name: 'community.listGroups',
    title: 'List the groups of a community',
    description: 'Lists the groups that are linked to a community.',
    needs: 'connected',
    input: { community: groupField },
    output: linked,
    run: ({ queries }, { community }) => queries.communities.getGroups(community),
  }),
  defineAction({
    name: 'community.linkGroup',
    title: 'Link a group to a community',
    description: 'Links a group to a community; the account must be an admin of both.',
    needs: 'connected',
    input: pair,
    output: done,
    async run({ queries }, { community, group }) {
      await queries.communities.link(community, group, true);
      return {};
    },
  }),
  defineAction({
    name: 'community.unlinkGroup',
    title: 'Take a group out of a community',
    description: 'Takes a group out of a community; the group stays.',
    needs: 'connected',
    input: pair,
    output: done,
    async run({ queries }, { community, group }) {
      await queries.communities.link(community, group, false);
      return {};
    },
  }),
  defineAction({
    name: 'community.leave',
    title: 'Leave a community',
    description: 'Leaves a community.',
    needs: 'connected',
    input: { community: groupField },
    output: done,
    async run({ queries }, { community }) {
      await queries.communities.leave(community);
      return {};
    },
  }),
];
