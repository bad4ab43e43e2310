import { z } from 'zod';
import type { NewsletterView } from '../newsletters/newsletter-desk.js';
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
const followBody = z.object({ who: person, isFollowing: z.boolean() });
const reactBody = z.object({ who: person, serverId: z.number().int().min(1), emoji: z.string().max(64) });

const newsletterView: z.ZodType<NewsletterView, NewsletterView> = z
  .object({
    jid: z.string(),
    name: z.string(),
    description: z.string(),
    inviteCode: z.string(),
    owner: z.string(),
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
