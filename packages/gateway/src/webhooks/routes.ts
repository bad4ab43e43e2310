import { type Manager, type Webhook, WharfError, webhookPatch, webhookRequest } from '@wharf/core';
import { z } from 'zod';
import { chooseDevice } from '../http/device.js';
import { answer } from '../http/envelope.js';
import { type GatewayApp, ok } from '../http/schemas.js';
import { mayUse, type Token } from '../tokens/token.js';
import type { WebhookEngine } from './webhook-engine.js';

const webhookView = z.looseObject({
  id: z.string(),
  deviceId: z.string().optional(),
  url: z.string(),
  format: z.enum(['wharf', 'gowa']),
  isEnabled: z.boolean(),
  createdAt: z.number(),
  waiting: z
    .number()
    .meta({ description: 'Events that are still to be delivered, filters by chat left aside.' }),
  deadLetters: z.number(),
  outage: z
    .object({ since: z.number(), attempts: z.number(), nextAttemptAt: z.number(), error: z.string() })
    .optional()
    .meta({ description: 'There while the receiver takes nothing.' }),
}) as unknown as z.ZodType<Webhook>;

const params = z.object({ id: z.string() });
const letterParams = params.extend({ letterId: z.coerce.number().int() });
const page = z.object({
  after: z.coerce.number().int().min(0).optional(),
  limit: z.coerce.number().int().min(1).max(1_000).optional(),
});
const deadLetter = z.object({
  id: z.number(),
  event: z.unknown(),
  attempts: z.number(),
  error: z.string(),
  diedAt: z.number(),
});
const redriven = z.object({ delivered: z.number(), error: z.string().optional() });
const dropped = z.object({ dropped: z.number() });

/** Webhooks: who is told of what, and what could not be delivered. A token that is limited to devices has those of its devices. */
export function addWebhookRoutes(app: GatewayApp, manager: Manager, engine: WebhookEngine): void {
  const { webhooks } = manager;
  const config = { scope: 'manage' } as const;

  /** One that the token may not have is as good as none. @throws WharfError WEBHOOK_NOT_FOUND */
  const find = (token: Token, id: string): Webhook => {
    const webhook = webhooks.get(id);
    if (!isOf(token, webhook)) throw new WharfError('WEBHOOK_NOT_FOUND');
    return webhook;
  };

  app.get(
    '/webhooks',
    {
      config,
      schema: {
        summary: 'List webhooks',
        querystring: z.object({ deviceId: z.string().optional() }),
        response: ok(z.array(webhookView)),
      },
    },
    async ({ token, query }) =>
      answer(
        'Webhooks',
        webhooks.list(query.deviceId).filter((webhook) => isOf(token, webhook)),
      ),
  );

  app.post(
    '/webhooks',
    {
      config,
      schema: {
        summary: 'Create a webhook',
        description:
          'Without a deviceId it is told of all devices. A secret that is made for it is shown here, and never again.',
        body: webhookRequest,
        response: ok(webhookView),
      },
    },
    async ({ token, body }) => {
      if (body.deviceId !== undefined) await chooseDevice(manager, token, body.deviceId);
      else if (token.deviceIds)
        throw new WharfError('TOKEN_SCOPE_MISSING', { details: { scope: 'all devices' } });
      await engine.assertAllowed(body.url);
      return answer('The webhook is created.', webhooks.create(body));
    },
  );

  app.get(
    '/webhooks/:id',
    { config, schema: { summary: 'Get a webhook', params, response: ok(webhookView) } },
    async ({ token, params: { id } }) => answer('Webhook', find(token, id)),
  );

  app.patch(
    '/webhooks/:id',
    {
      config,
      schema: {
        summary: 'Change a webhook',
        description:
          'What is left out stays; `null` takes a filter away. What it waits for is tried again at once.',
        params,
        body: webhookPatch,
        response: ok(webhookView),
      },
    },
    async ({ token, params: { id }, body }) => {
      find(token, id);
      if (body.url !== undefined) await engine.assertAllowed(body.url);
      return answer('The webhook is changed.', webhooks.update(id, body));
    },
  );

  app.delete(
    '/webhooks/:id',
    {
      config,
      schema: {
        summary: 'Delete a webhook',
        description: 'With all that it was still to deliver, dead letters too.',
        params,
        response: ok(z.object({})),
      },
    },
    async ({ token, params: { id } }) => {
      find(token, id);
      webhooks.delete(id);
      return answer('The webhook is deleted.', {});
    },
  );

  app.get(
    '/webhooks/:id/dead-letters',
    {
      config,
      schema: { summary: 'List dead letters', params, querystring: page, response: ok(z.array(deadLetter)) },
    },
    async ({ token, params: { id }, query }) => {
      find(token, id);
      return answer('Dead letters, oldest first', webhooks.listDeadLetters(id, defined(query)));
    },
  );

  app.post(
    '/webhooks/:id/dead-letters/redrive',
    {
      config,
      schema: {
        summary: 'Deliver dead letters now',
        description: 'The oldest ones, until the first that is not taken. Those that are taken are gone.',
        params,
        querystring: page.pick({ limit: true }),
        response: ok(redriven),
      },
    },
    async ({ token, params: { id }, query }) => {
      find(token, id);
      return answer('Tried.', await engine.redrive(id, defined(query)));
    },
  );

  app.post(
    '/webhooks/:id/dead-letters/:letterId/redrive',
    {
      config,
      schema: { summary: 'Deliver a dead letter now', params: letterParams, response: ok(redriven) },
    },
    async ({ token, params: { id, letterId } }) => {
      find(token, id);
      return answer('Tried.', await engine.redrive(id, { letterId }));
    },
  );

  app.delete(
    '/webhooks/:id/dead-letters',
    { config, schema: { summary: 'Drop all dead letters', params, response: ok(dropped) } },
    async ({ token, params: { id } }) => {
      find(token, id);
      return answer('Dropped.', { dropped: webhooks.dropDeadLetters(id) });
    },
  );

  app.delete(
    '/webhooks/:id/dead-letters/:letterId',
    { config, schema: { summary: 'Drop a dead letter', params: letterParams, response: ok(dropped) } },
    async ({ token, params: { id, letterId } }) => {
      find(token, id);
      return answer('Dropped.', { dropped: webhooks.dropDeadLetters(id, letterId) });
    },
  );
}

const isOf = (token: Token, { deviceId }: Webhook): boolean =>
  deviceId === undefined ? !token.deviceIds : mayUse(token, deviceId);

/** Without what was left out. */
const defined = <T extends object>(query: T) =>
  Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]?: NonNullable<T[Key]>;
  };
