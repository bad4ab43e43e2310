import { z } from 'zod';
import type { Simulator } from '../simulator.js';
import { done, groupView, outcomes, refusals } from './answers.js';
import { defined } from './defined.js';
import type { ControlApp } from './openapi.js';

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
  /** A JPEG in base64; null takes the picture away. */
  picture: z.base64().max(700_000).nullable().optional(),
});
const membersBody = z.object({
  by: person,
  action: z.enum(['add', 'remove', 'promote', 'demote']),
  members: people,
});
const byBody = z.object({ by: person });
const leaveBody = z.object({ who: person });
const inviteBody = byBody.extend({ person });
const acceptBody = z.object({ who: person, code: z.string().min(1) });
const requestsBody = byBody.extend({ action: z.enum(['approve', 'reject']), people });
const linkBody = byBody.extend({ group: z.string().min(1), isLinked: z.boolean() });
const limitBody = z.object({ perMinute: z.number().int().min(0).nullable() });

const common = refusals({
  403: 'NOT_IN_GROUP NOT_GROUP_ADMIN',
  404: 'ACCOUNT_NOT_FOUND GROUP_NOT_FOUND',
});

/** Groups over the control API: what somebody does there with a phone in hand. */
export function addGroupRoutes(app: ControlApp, simulator: Simulator): void {
  addGroups(app, simulator);
  addInvites(app, simulator);
}

function addGroups(app: ControlApp, { groups }: Simulator): void {
  app.get(
    '/groups',
    { schema: { summary: 'Every group', response: { 200: z.array(groupView).describe('Groups.') } } },
    async () => groups.list(),
  );
  app.post(
    '/groups',
    {
      schema: {
        summary: 'Make a group or a community',
        body: createBody,
        response: { 201: groupView, ...refusals({ 404: 'ACCOUNT_NOT_FOUND' }) },
      },
    },
    async ({ body }, reply) => reply.code(201).send(groups.create(body)),
  );
  app.get(
    '/groups/:group',
    {
      schema: {
        summary: 'One group',
        params: group,
        response: { 200: groupView, ...refusals({ 404: 'GROUP_NOT_FOUND' }) },
      },
    },
    async ({ params }) => groups.get(params.group),
  );
  app.patch(
    '/groups/:group',
    {
      schema: {
        summary: 'Change subject, description and settings',
        params: group,
        body: changeBody,
        response: { 200: groupView, ...common },
      },
    },
    async ({ params, body: { by, picture, ...settings } }) => {
      const changed = groups.change(params.group, by, defined(settings));
      if (picture === undefined) return changed;
      return groups.setPicture(
        params.group,
        by,
        picture === null ? undefined : Buffer.from(picture, 'base64'),
      );
    },
  );
  app.post(
    '/groups/:group/members',
    {
      schema: {
        summary: 'Add, remove, promote or demote people',
        params: group,
        body: membersBody,
        response: { 200: outcomes, ...common },
      },
    },
    async ({ params, body: { by, action, members } }) =>
      groups.changeMembers(params.group, by, action, members),
  );
  app.post(
    '/groups/:group/leave',
    { schema: { summary: 'Leave', params: group, body: leaveBody, response: { ...done, ...common } } },
    async ({ params, body }, reply) => {
      groups.leave(params.group, body.who);
      return reply.code(204).send();
    },
  );
  app.post(
    '/groups/:group/link',
    {
      schema: {
        summary: 'Link a group to a community, or take it out',
        params: group,
        body: linkBody,
        response: {
          ...done,
          ...common,
          ...refusals({ 400: 'INVALID_REQUEST NOT_A_COMMUNITY', 409: 'GROUP_LINKED' }),
        },
      },
    },
    async ({ params, body: { by, group: linked, isLinked } }, reply) => {
      groups.link(params.group, by, linked, isLinked);
      return reply.code(204).send();
    },
  );
  app.put(
    '/groups/query-limit',
    {
      schema: {
        summary: 'Let each device ask for metadata only so often a minute; null takes the limit away',
        body: limitBody,
        response: done,
      },
    },
    async ({ body }, reply) => {
      groups.limitQueries(body.perMinute ?? undefined);
      return reply.code(204).send();
    },
  );
}

function addInvites(app: ControlApp, { groups }: Simulator): void {
  app.post(
    '/groups/join',
    {
      schema: {
        summary: 'Join by the code of an invite link',
        body: acceptBody,
        response: {
          200: z
            .object({ group: z.string(), status: z.enum(['joined', 'requested']) })
            .describe('In, or waiting for an admin.'),
          ...refusals({
            404: 'ACCOUNT_NOT_FOUND',
            406: 'INVITE_INVALID',
            409: 'ALREADY_IN_GROUP',
            410: 'INVITE_REVOKED',
            429: 'TOO_MANY_REQUESTS',
          }),
        },
      },
    },
    async ({ body: { who, code } }) => groups.join(code, who),
  );
  app.post(
    '/groups/:group/invite/reset',
    {
      schema: {
        summary: 'Make a new invite link',
        params: group,
        body: byBody,
        response: { 200: z.object({ code: z.string() }).describe('Its code.'), ...common },
      },
    },
    async ({ params, body }) => ({ code: groups.resetInvite(params.group, body.by) }),
  );
  app.post(
    '/groups/:group/invitations',
    {
      schema: {
        summary: 'Invite one person',
        params: group,
        body: inviteBody,
        response: {
          201: z.object({ code: z.string(), expiresAt: z.number() }).describe('For a `groupInvite` message.'),
          ...common,
        },
      },
    },
    async ({ params, body: { by, person: invited } }, reply) =>
      reply.code(201).send(groups.invite(params.group, by, invited)),
  );
  app.post(
    '/groups/:group/accept',
    {
      schema: {
        summary: 'Accept an invitation that came in a message',
        params: group,
        body: acceptBody,
        response: {
          ...done,
          ...common,
          ...refusals({ 406: 'INVITATION_INVALID', 410: 'INVITATION_EXPIRED' }),
        },
      },
    },
    async ({ params, body: { who, code } }, reply) => {
      groups.accept(params.group, who, code);
      return reply.code(204).send();
    },
  );
  app.post(
    '/groups/:group/requests',
    {
      schema: {
        summary: 'Let in people who asked, or turn them down',
        params: group,
        body: requestsBody,
        response: { 200: outcomes, ...common },
      },
    },
    async ({ params, body: { by, action, people: asked } }) =>
      groups.answerRequests(params.group, by, action, asked),
  );
}
