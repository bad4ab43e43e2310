import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Simulator } from '../simulator.js';
import { defined } from './defined.js';

const person = z.string().min(1);
const people = z.array(person).min(1).max(1_024);
const subject = z.string().min(1).max(100);
const group = z.object({ group: z.string().min(1) });

const createBody = z.object({
  by: person,
  subject,
  members: z.array(person).max(1_024),
  addressingMode: z.enum(['lid', 'pn']).optional(),
  isCommunity: z.boolean().optional(),
});
const changeBody = z.object({
  by: person,
  subject: subject.optional(),
  description: z.string().max(2_048).optional(),
  isAnnounce: z.boolean().optional(),
  isLocked: z.boolean().optional(),
  isAddRestricted: z.boolean().optional(),
  isJoinApproval: z.boolean().optional(),
  expiration: z.number().int().min(0).optional(),
  pictureId: z.string().max(32).optional(),
});
const membersBody = z.object({
  by: person,
  action: z.enum(['add', 'remove', 'promote', 'demote']),
  members: people,
});
const byBody = z.object({ by: person });
const inviteBody = byBody.extend({ person });
const acceptBody = z.object({ who: person, code: z.string().min(1) });
const requestsBody = byBody.extend({ action: z.enum(['approve', 'reject']), people });
const linkBody = byBody.extend({ group: z.string().min(1), isLinked: z.boolean() });
const limitBody = z.object({ perMinute: z.number().int().min(0).nullable() });

/** Groups over the control API: what somebody does there with a phone in hand. */
export function addGroupRoutes(app: FastifyInstance, { groups }: Simulator): void {
  const jid = (request: { params: unknown }) => group.parse(request.params).group;

  app.get('/groups', async () => groups.list());
  app.post('/groups', async (request, reply) =>
    reply.code(201).send(groups.create(createBody.parse(request.body))),
  );
  app.get('/groups/:group', async (request) => groups.get(jid(request)));
  app.patch('/groups/:group', async (request) => {
    const { by, ...settings } = changeBody.parse(request.body);
    return groups.change(jid(request), by, defined(settings));
  });
  app.post('/groups/:group/members', async (request) => {
    const { by, action, members } = membersBody.parse(request.body);
    return groups.changeMembers(jid(request), by, action, members);
  });
  app.post('/groups/:group/leave', async (request, reply) => {
    groups.leave(jid(request), z.object({ who: person }).parse(request.body).who);
    return reply.code(204).send();
  });
  app.post('/groups/:group/link', async (request, reply) => {
    const { by, group: linked, isLinked } = linkBody.parse(request.body);
    groups.link(jid(request), by, linked, isLinked);
    return reply.code(204).send();
  });

  app.post('/groups/join', async (request) => {
    const { who, code } = acceptBody.parse(request.body);
    return groups.join(code, who);
  });
  app.post('/groups/:group/invite/reset', async (request) => ({
    code: groups.resetInvite(jid(request), byBody.parse(request.body).by),
  }));
  app.post('/groups/:group/invitations', async (request, reply) => {
    const { by, person: invited } = inviteBody.parse(request.body);
    return reply.code(201).send(groups.invite(jid(request), by, invited));
  });
  app.post('/groups/:group/accept', async (request, reply) => {
    const { who, code } = acceptBody.parse(request.body);
    groups.accept(jid(request), who, code);
    return reply.code(204).send();
  });
  app.post('/groups/:group/requests', async (request) => {
    const { by, action, people: asked } = requestsBody.parse(request.body);
    return groups.answerRequests(jid(request), by, action, asked);
  });

  app.put('/groups/query-limit', async (request, reply) => {
    groups.limitQueries(limitBody.parse(request.body).perMinute ?? undefined);
    return reply.code(204).send();
  });
}
