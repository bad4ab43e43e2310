import { z } from 'zod';
import { groupId, isoTime, texts } from './fields.js';
import { gowaRoute } from './route.js';
import { outcomes, participantView, viewOutcomes, viewParticipants } from './views.js';

const group = z.object({ group_id: groupId });
const people = group.extend({ participants: texts });

const CHANGES = [
  ['/group/participants', 'group.add', 'Add people to a group', 'Participant added'],
  ['/group/participants/remove', 'group.remove', 'Remove people from a group', 'Participant removed'],
  ['/group/participants/promote', 'group.promote', 'Make people admins', 'Participant promoted'],
  ['/group/participants/demote', 'group.demote', 'Make people no longer admins', 'Participant demoted'],
  [
    '/group/participant-requests/approve',
    'group.approveRequests',
    'Let people in who asked',
    'Request approved',
  ],
  [
    '/group/participant-requests/reject',
    'group.rejectRequests',
    'Turn people down who asked',
    'Request rejected',
  ],
] as const;

/** Who is in a group, as GOWA has it. */
export const groupPeopleRoutes = [
  gowaRoute({
    method: 'GET',
    path: '/group/participants',
    summary: 'List who is in a group',
    input: group,
    results: z.object({ group_id: z.string(), name: z.string(), participants: z.array(participantView) }),
    async run({ act, input }) {
      const found = await act('group.get', { group: input.group_id });
      return {
        message: 'Participants',
        results: { group_id: found.jid, name: found.subject, participants: viewParticipants(found) },
      };
    },
  }),
  ...CHANGES.map(([path, action, summary, what]) =>
    gowaRoute({
      method: 'POST',
      path,
      summary,
      input: people,
      results: outcomes,
      async run({ act, input: { group_id, participants } }) {
        const all = await act(action, { group: group_id, participants });
        return { message: summary, results: viewOutcomes(all, participants, what) };
      },
    }),
  ),
  gowaRoute({
    method: 'GET',
    path: '/group/participant-requests',
    summary: 'List who asks to join a group',
    input: group,
    results: z.object({ data: z.array(z.object({ jid: z.string(), requested_at: z.string() })) }),
    async run({ act, input }) {
      const requests = await act('group.listRequests', { group: input.group_id });
      const data = requests.map(({ jid, requestedAt }) => ({ jid, requested_at: isoTime(requestedAt ?? 0) }));
      return { message: 'Join requests', results: { data } };
    },
  }),
];
