import type { Manager } from '@wharf/core';
import fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify';
import { auth } from './http/auth.js';
import { device } from './http/device.js';
import { addEnvelope } from './http/envelope.js';
import { RequestLog } from './http/request-log.js';
import { routeTable } from './http/route-table.js';
import { withSchemas } from './http/schemas.js';
import { addDeviceRoutes } from './routes/devices.js';
import type { Tokens } from './tokens/tokens.js';

export interface GatewayOptions {
  manager: Manager;
  /** Who may call. Left out: this machine alone, and everything. */
  tokens?: Tokens;
  /** What Fastify logs to: `true`, options of pino, or left out for nothing. */
  logger?: FastifyServerOptions['logger'];
}

/** Makes the HTTP server for the devices of a manager. It listens once `listen` is called, and leaves the manager open. */
export function createGateway({ manager, tokens, logger = false }: GatewayOptions): FastifyInstance {
  const plain = fastify({
    logger,
    logController: new RequestLog(),
    forceCloseConnections: 'idle',
    bodyLimit: 1024 ** 2,
    routerOptions: { maxParamLength: 500 },
  });
  addEnvelope(plain);
  plain.register(routeTable);
  plain.register(auth, { tokens, onFailure: async () => undefined });
  plain.register(device, { manager });
  plain.register(async (scope) => {
    const app = withSchemas(scope);
    addDeviceRoutes(app, manager);
  });
  return plain;
}
