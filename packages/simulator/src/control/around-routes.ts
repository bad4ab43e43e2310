import { z } from 'zod';
import type { Call } from '../calls/call-desk.js';
import { historyKinds } from '../history/send-history.js';
import type { SeenPresence } from '../presence/presence-board.js';
import type { Profile } from '../profile/profile.js';
import { businessProfile } from '../profile/state.js';
import type { Simulator } from '../simulator.js';
import { done, refusals } from './answers.js';
import { defined } from './defined.js';
import type { ControlApp } from './openapi.js';
import { address } from './parameters.js';

const noAccount = refusals({ 404: 'ACCOUNT_NOT_FOUND' });
const personParameters = address.extend({ person: z.string().min(1) });
const callParameters = address.extend({ id: z.string().min(1) });

const profileBody = z.object({
  about: z.string().max(139).optional(),
  picture: z.base64().max(700_000).nullable().optional().describe('A JPEG in base64; null takes it away.'),
  privacy: z.record(z.string(), z.string()).optional(),
  disappearingSeconds: z.number().int().min(0).optional(),
  business: businessProfile.nullable().optional(),
});
const profileView = z
  .object({
    about: z.string(),
    pictureUrl: z.string().optional(),
    privacy: z.record(z.string(), z.string()),
    blocked: z.array(z.string()),
    business: businessProfile.optional(),
  })
  .describe('What the account shows of itself.');

const presenceBody = z.discriminatedUnion('state', [
  z.object({ state: z.enum(['available', 'unavailable']) }),
  z.object({ state: z.enum(['composing', 'recording', 'paused']), to: z.string().min(1) }),
]);
const presenceView: z.ZodType<SeenPresence, SeenPresence> = z
  .object({
    state: z.enum(['available', 'unavailable', 'composing', 'recording', 'paused']),
    lastSeenAt: z.number().optional(),
  })
  .describe('What one person sees of another.') as z.ZodType<SeenPresence, SeenPresence>;

const callBody = z.object({ to: z.string().min(1), isVideo: z.boolean().optional() });
const callAction = z.object({ action: z.enum(['accept', 'reject', 'end', 'miss']) });
const callView: z.ZodType<Call, Call> = z
  .object({
    id: z.string(),
    from: z.string(),
    to: z.string(),
    isVideo: z.boolean(),
    state: z.enum(['ringing', 'accepted', 'rejected', 'ended', 'missed']),
  })
  .describe('A call.');

const historyBody = z.object({
  device: z.number().int().min(1),
  kind: z.enum(historyKinds).exclude(['ON_DEMAND']),
});

/** Profiles, presence, calls and history over the control API; the same for phones and contacts. */
export function addAroundRoutes(app: ControlApp, simulator: Simulator): void {
  for (const people of ['/phones', '/contacts'] as const) {
    addProfileRoutes(app, simulator, people);
    addPresenceRoutes(app, simulator, people);
    addCallRoutes(app, simulator, people);
  }
  app.post(
    '/phones/:address/history',
    {
      schema: {
        summary: 'Send a linked device a part of the history again',
        params: address,
        body: historyBody,
        response: { ...done, ...refusals({ 404: 'ACCOUNT_NOT_FOUND DEVICE_NOT_FOUND' }) },
      },
    },
    async ({ params, body }, reply) => {
      await simulator.phone(params.address).sendHistory(body.device, body.kind);
      return reply.code(204).send();
    },
  );
}

function addProfileRoutes(app: ControlApp, simulator: Simulator, people: string): void {
  app.get(
    `${people}/:address/profile`,
    {
      schema: {
        summary: 'Picture, about, privacy, block list, business',
        params: address,
        response: { 200: profileView, ...noAccount },
      },
    },
    async ({ params }) => viewProfile(simulator.phone(params.address).profile),
  );
  app.patch(
    `${people}/:address/profile`,
    {
      bodyLimit: 1024 * 1024,
      schema: {
        summary: 'Change the profile; what is left out stays',
        params: address,
        body: profileBody,
        response: { 200: profileView, ...refusals({ 400: 'PRIVACY_INVALID', 404: 'ACCOUNT_NOT_FOUND' }) },
      },
    },
    async ({ params, body }) => {
      const { profile } = simulator.phone(params.address);
      const { about, picture, privacy, disappearingSeconds, business } = body;
      for (const [category, value] of Object.entries(privacy ?? {})) profile.setPrivacy(category, value);
      if (about !== undefined) profile.setAbout(about);
      if (picture !== undefined)
        profile.setPicture(picture === null ? undefined : Buffer.from(picture, 'base64'));
      if (disappearingSeconds !== undefined) profile.setDisappearing(disappearingSeconds);
      if (business !== undefined) profile.setBusiness(business ?? undefined);
      return viewProfile(profile);
    },
  );
  for (const [method, isBlocked] of [
    ['put', true],
    ['delete', false],
  ] as const) {
    app[method](
      `${people}/:address/blocked/:person`,
      {
        schema: {
          summary: isBlocked ? 'Block somebody' : 'Let somebody in again',
          params: personParameters,
          response: { ...done, ...noAccount },
        },
      },
      async ({ params }, reply) => {
        simulator.phone(params.address).profile.block(params.person, isBlocked);
        return reply.code(204).send();
      },
    );
  }
}

function addPresenceRoutes(app: ControlApp, simulator: Simulator, people: string): void {
  app.post(
    `${people}/:address/presence`,
    {
      schema: {
        summary: 'Come online, go away, type or record in a chat',
        params: address,
        body: presenceBody,
        response: { ...done, ...noAccount },
      },
    },
    async ({ params, body }, reply) => {
      const { presence } = simulator.phone(params.address);
      if ('to' in body) presence.type(body.to, body.state);
      else presence.set(body.state);
      return reply.code(204).send();
    },
  );
  app.get(
    `${people}/:address/presence/:person`,
    {
      schema: {
        summary: 'How this person sees somebody, whom it watches from now on',
        params: personParameters,
        response: { 200: presenceView, ...noAccount },
      },
    },
    async ({ params }) => {
      const { presence } = simulator.phone(params.address);
      if (!presence.of(params.person)) presence.watch(params.person);
      return presence.of(params.person) ?? { state: 'unavailable' as const };
    },
  );
}

function addCallRoutes(app: ControlApp, simulator: Simulator, people: string): void {
  app.get(
    `${people}/:address/calls`,
    {
      schema: {
        summary: 'Calls made and got',
        params: address,
        response: { 200: z.array(callView).describe('Its calls, over or not.'), ...noAccount },
      },
    },
    async ({ params }) => simulator.phone(params.address).calls.all,
  );
  app.post(
    `${people}/:address/calls`,
    {
      schema: {
        summary: 'Call somebody',
        params: address,
        body: callBody,
        response: { 201: callView, ...noAccount },
      },
    },
    async ({ params, body: { to, ...options } }, reply) =>
      reply.code(201).send(simulator.phone(params.address).calls.offer(to, defined(options))),
  );
  app.post(
    `${people}/:address/calls/:id`,
    {
      schema: {
        summary: 'Accept or reject a call that rings, end one, or let it ring out',
        params: callParameters,
        body: callAction,
        response: { ...done, ...refusals({ 404: 'ACCOUNT_NOT_FOUND CALL_NOT_FOUND' }) },
      },
    },
    async ({ params, body: { action } }, reply) => {
      const { calls } = simulator.phone(params.address);
      if (action === 'accept') calls.accept(params.id);
      else if (action === 'reject') calls.reject(params.id);
      else calls.end(params.id, action === 'miss' ? 'missed' : 'ended');
      return reply.code(204).send();
    },
  );
}

function viewProfile({ about, pictureUrl, privacy, blocked, business }: Profile) {
  return {
    about,
    privacy,
    blocked,
    ...(pictureUrl ? { pictureUrl } : {}),
    ...(business ? { business } : {}),
  };
}
