import { type ActionInput, type ActionName, actions, type Manager, WharfError } from '@wharf/core';
import { z } from 'zod';
import { chooseDevice, nameIn } from '../http/device.js';
import { answer } from '../http/envelope.js';
import { assertNoPaths } from '../http/local-paths.js';
import { type GatewayApp, ok } from '../http/schemas.js';
import { sendingOf, waitQuery } from '../http/sending.js';
import { mayUse } from '../tokens/token.js';
import { scopeOf } from './action-scopes.js';

/** What goes with an action may be media in base64. */
const BODY_BYTES = 24 * 1024 ** 2;

/** The whole catalogue: a route for each action, with its input as the body and its output as the results. */
export function addActionRoutes(app: GatewayApp, manager: Manager): void {
  for (const name of Object.keys(actions) as ActionName[]) addRoute(app, manager, name);
  app.post(
    '/actions/:name',
    { config: { scope: 'read' }, schema: { hide: true, params: z.object({ name: z.string() }) } },
    async () => {
      throw new WharfError('ACTION_NOT_FOUND');
    },
  );
}

function addRoute(app: GatewayApp, manager: Manager, name: ActionName): void {
  const { title, description, needs, input, output } = actions[name] as (typeof actions)[ActionName];
  const isSend = 'idempotencyKey' in input.shape;
  app.post(
    `/actions/${name}`,
    {
      // `device.list` answers for the devices of a token; what makes one is for those who may use any.
      config: { scope: scopeOf(name), isGlobal: needs === 'manager' && name !== 'device.list' },
      bodyLimit: BODY_BYTES,
      schema: {
        tags: ['actions'],
        summary: title,
        description,
        body: input as z.ZodType,
        ...(isSend ? { querystring: waitQuery } : {}),
        response: ok(output as z.ZodType),
      },
      // The action checks its input itself, and with these very schemas.
      validatorCompiler: ({ httpPart }) =>
        httpPart === 'querystring'
          ? (data) => waitQuery.parse(data) && { value: waitQuery.parse(data) }
          : () => true,
    },
    async (request) => {
      const body = (request.body ?? {}) as Record<string, unknown>;
      if (typeof body !== 'object' || Array.isArray(body)) throw new WharfError('REQUEST_INVALID');
      assertNoPaths(body);
      const sending = isSend ? sendingOf(request) : {};
      const full: Record<string, unknown> = { ...sending, ...body };
      if (needs !== 'manager') {
        const named = typeof body.deviceId === 'string' ? body.deviceId : nameIn(request);
        request.device = await chooseDevice(manager, request.token, named);
        full.deviceId = request.device.id;
      }
      const results: unknown = await manager.act(name, full as ActionInput<typeof name>);
      return answer(title, name === 'device.list' ? usable(request.token, results) : results);
    },
  );
}

const usable = (token: Parameters<typeof mayUse>[0], devices: unknown): unknown =>
  (devices as Array<{ id: string }>).filter(({ id }) => mayUse(token, id));
