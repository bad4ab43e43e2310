import { z } from 'zod';
import { type NewsletterView, newsletterRoleChanges } from '../newsletters/newsletter-desk.js';
import type { Simulator } from '../simulator.js';
import { done, refusals } from './answers.js';
import type { ControlApp } from './openapi.js';

const person = z.string().min(1);
const newsletter = z.object({ newsletter: z.string().min(1) });
const createBody = z.object({
  by: person,
  name: z.string().min(1).max(100),
  description: z.string().max(2_048).optional(),
});
const changeBody = z.object({
  by: person,
  name: z.string().min(1).max(100).optional(),
  description: z.string().max(2_048).optional(),
  /** A JPEG in base64; null takes the picture away. */
  picture: z.base64().max(700_000).nullable().optional(),
});
const roleBody = z.object({ by: person, action: z.enum(newsletterRoleChanges), person });
const followBody = z.object({ who: person, isFollowing: z.boolean() });
const reactBody = z.object({ who: person, serverId: z.number().int().min(1), emoji: z.string().max(64) });

const newsletterView: z.ZodType<NewsletterView, NewsletterView> = z
  .object({
    jid: z.string(),
    name: z.string(),
    description: z.string(),
    inviteCode: z.string(),
    owner: z.string(),
    admins: z.array(z.string()),
    pictureUrl: z.string().optional(),
    followers: z.array(z.string()),
    posts: z.array(
      z.object({
        serverId: z.number(),
        id: z.string(),
        at: z.number(),
        reactions: z.record(z.string(), z.number()),
      }),
    ),
  })
  .describe('A newsletter.');

const notFound = refusals({ 404: 'ACCOUNT_NOT_FOUND NEWSLETTER_NOT_FOUND POST_NOT_FOUND' });

/** Newsletters over the control API; posts are messages to the JID of the newsletter. */
export function addNewsletterRoutes(app: ControlApp, { newsletters }: Simulator): void {
  app.get(
    '/newsletters',
    {
      schema: {
        summary: 'Every newsletter',
        response: { 200: z.array(newsletterView).describe('Newsletters.') },
      },
    },
    async () => newsletters.list(),
  );
  app.post(
    '/newsletters',
    {
      schema: {
        summary: 'Make a newsletter',
        body: createBody,
        response: { 201: newsletterView, ...refusals({ 404: 'ACCOUNT_NOT_FOUND' }) },
      },
    },
    async ({ body }, reply) => reply.code(201).send(newsletters.create(body)),
  );
  app.get(
    '/newsletters/:newsletter',
    {
      schema: {
        summary: 'One newsletter',
        params: newsletter,
        response: { 200: newsletterView, ...notFound },
      },
    },
    async ({ params }) => newsletters.get(params.newsletter),
  );
  app.patch(
    '/newsletters/:newsletter',
    {
      schema: {
        summary: 'Change name, description or picture',
        params: newsletter,
        body: changeBody,
        response: { 200: newsletterView, ...notFound, ...refusals({ 403: 'NOT_NEWSLETTER_ADMIN' }) },
      },
    },
    async ({ params, body: { by, picture, ...texts } }) => {
      const change =
        picture === undefined ? texts : { ...texts, picture: Buffer.from(picture ?? '', 'base64') };
      return newsletters.change(params.newsletter, by, change);
    },
  );
  app.post(
    '/newsletters/:newsletter/admins',
    {
      schema: {
        summary: 'Make somebody an admin, or no longer, or the owner',
        params: newsletter,
        body: roleBody,
        response: {
          200: newsletterView,
          ...refusals({
            403: 'NOT_NEWSLETTER_OWNER',
            404: 'ACCOUNT_NOT_FOUND ADMIN_NOT_FOUND NEWSLETTER_NOT_FOUND',
          }),
        },
      },
    },
    async ({ params, body: { by, action, person } }) =>
      newsletters.changeRole(params.newsletter, by, action, person),
  );
  app.post(
    '/newsletters/:newsletter/delete',
    {
      schema: {
        summary: 'Delete a newsletter',
        params: newsletter,
        body: z.object({ by: person }),
        response: { ...done, ...notFound, ...refusals({ 403: 'NOT_NEWSLETTER_OWNER' }) },
      },
    },
    async ({ params, body: { by } }, reply) => {
      newsletters.delete(params.newsletter, by);
      return reply.code(204).send();
    },
  );
  app.post(
    '/newsletters/:newsletter/follow',
    {
      schema: {
        summary: 'Follow a newsletter, or no longer',
        params: newsletter,
        body: followBody,
        response: { ...done, ...notFound },
      },
    },
    async ({ params, body: { who, isFollowing } }, reply) => {
      if (isFollowing) newsletters.follow(params.newsletter, who);
      else newsletters.unfollow(params.newsletter, who);
      return reply.code(204).send();
    },
  );
  app.post(
    '/newsletters/:newsletter/react',
    {
      schema: {
        summary: 'React to a post; an empty emoji takes the reaction back',
        params: newsletter,
        body: reactBody,
        response: { ...done, ...notFound },
      },
    },
    async ({ params, body: { who, serverId, emoji } }, reply) => {
      newsletters.react(params.newsletter, who, serverId, emoji);
      return reply.code(204).send();
    },
  );
}
