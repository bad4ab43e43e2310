import { z } from 'zod';
import { type Group, group } from '../types/group.js';
import type { Jid } from '../types/ids.js';
import type { GroupSetting } from '../wire/queries.js';
import { type ConnectedContext, defineAction, done } from './action.js';
import { ephemeralField, groupField, peopleField, pictureField } from './fields.js';
import { named } from './people.js';
import { pictureErrors, pictureOf } from './picture.js';

const subject = z.string().trim().min(1).max(100);
const text = z.string().max(2_048);

export const groupActions = [
  defineAction({
    name: 'group.create',
    title: 'Create a group',
    description:
      'Creates a group. Whoever does not let others add them is left out: compare the participants that come back, and send those an invite link.',
    needs: 'connected',
    input: { subject, participants: peopleField, description: text.optional() },
    output: group,
    async run({ stored, queries }, { subject, participants, description }) {
      const created = await queries.groups.create(subject, participants);
      if (!description) return named(stored, created);
      await queries.groups.set(created.jid, { description });
      return named(stored, await queries.groups.get(created.jid));
    },
  }),
  defineAction({
    name: 'group.list',
    title: 'List groups',
    description:
      'Lists the groups that the account is in, communities among them. WhatsApp is asked, which it allows now and then only.',
    needs: 'connected',
    input: {},
    output: z.array(group),
    run: async ({ stored, queries }) =>
      (await queries.groups.getAll()).map((one: Group) => named(stored, one)),
  }),
  defineAction({
    name: 'group.get',
    title: 'Get a group',
    description: 'Tells everything about a group that the account is in: settings and participants.',
    needs: 'connected',
    input: { group: groupField },
    output: group,
    run: async ({ stored, queries }, input) => named(stored, await queries.groups.get(input.group)),
  }),
  defineAction({
    name: 'group.setSubject',
    title: 'Rename a group',
    description: 'Changes the name of a group, up to 100 characters.',
    needs: 'connected',
    input: { group: groupField, subject },
    output: done,
    run: (context, input) => set(context, input.group, { subject: input.subject }),
  }),
  defineAction({
    name: 'group.setDescription',
    title: 'Describe a group',
    description: 'Changes the description of a group, up to 2,048 characters; an empty one takes it away.',
    needs: 'connected',
    input: { group: groupField, description: text },
    output: done,
    run: (context, input) => set(context, input.group, { description: input.description }),
  }),
  defineAction({
    name: 'group.setPicture',
    title: 'Set the picture of a group',
    description: 'Gives a group or a community a picture, or takes it away when none is given.',
    needs: 'connected',
    errors: pictureErrors,
    input: { group: groupField, picture: pictureField.optional() },
    output: done,
    async run({ device, queries }, { group, picture }) {
      await queries.profile.setPicture(await pictureOf(device, picture), group);
      return {};
    },
  }),
  defineAction({
    name: 'group.setAnnounce',
    title: 'Let only admins write',
    description: 'Lets only admins write in a group, or everybody.',
    needs: 'connected',
    input: { group: groupField, isAnnounce: z.boolean().default(true) },
    output: done,
    run: (context, input) => set(context, input.group, { isAnnounce: input.isAnnounce }),
  }),
  defineAction({
    name: 'group.setLocked',
    title: 'Lock a group',
    description: 'Lets only admins change the subject, description and picture of a group, or everybody.',
    needs: 'connected',
    input: { group: groupField, isLocked: z.boolean().default(true) },
    output: done,
    run: (context, input) => set(context, input.group, { isLocked: input.isLocked }),
  }),
  defineAction({
    name: 'group.setMemberAddMode',
    title: 'Choose who adds members',
    description: 'Lets everybody in a group add members, or only its admins.',
    needs: 'connected',
    input: { group: groupField, memberAddMode: z.enum(['everybody', 'admins']) },
    output: done,
    run: (context, input) => set(context, input.group, { memberAddMode: input.memberAddMode }),
  }),
  defineAction({
    name: 'group.setJoinApproval',
    title: 'Ask admins before somebody joins',
    description: 'Has admins asked before somebody joins a group by its link, or not.',
    needs: 'connected',
    input: { group: groupField, isJoinApproval: z.boolean().default(true) },
    output: done,
    run: (context, input) => set(context, input.group, { isJoinApproval: input.isJoinApproval }),
  }),
  defineAction({
    name: 'group.setEphemeral',
    title: 'Set the disappearing timer of a group',
    description: 'Sets after how long new messages of a group disappear.',
    needs: 'connected',
    input: { group: groupField, ephemeralMs: ephemeralField },
    output: done,
    async run(context, { group, ephemeralMs }) {
      await set(context, group, { ephemeralSeconds: ephemeralMs / 1000 });
      context.stored.appState.putMarks(group, { ephemeralMs });
      return {};
    },
  }),
  defineAction({
    name: 'group.leave',
    title: 'Leave a group',
    description: 'Leaves a group; its chat stays.',
    needs: 'connected',
    input: { group: groupField },
    output: done,
    async run({ queries }, { group }) {
      await queries.groups.leave(group);
      return {};
    },
  }),
];

async function set(
  { queries }: ConnectedContext,
  group: Jid,
  setting: GroupSetting,
): Promise<z.output<typeof done>> {
  await queries.groups.set(group, setting);
  return {};
}
