import multipart from '@fastify/multipart';
import { type Manager, WharfError } from '@wharf/core';
import fastify, { type FastifyInstance, type FastifyRequest, type FastifyServerOptions } from 'fastify';
import { audit } from './audit/audit.js';
import { AuditLog } from './audit/audit-log.js';
import { browserConsole } from './console/console.js';
import { addEventRoutes } from './events/routes.js';
import { addGowaRoutes } from './gowa/routes.js';
import { auth } from './http/auth.js';
import { device } from './http/device.js';
import { addEnvelope } from './http/envelope.js';
import { type Limits, limit, readLimits } from './http/limits.js';
import { openApi } from './http/openapi.js';
import { RequestLog } from './http/request-log.js';
import { routeTable } from './http/route-table.js';
import { withSchemas } from './http/schemas.js';
import { turns } from './http/turns.js';
import { uploads } from './http/upload.js';
import { metrics } from './metrics/metrics.js';
import { addActionRoutes } from './routes/actions.js';
import { addAdminRoutes } from './routes/admin.js';
import { addAppRoutes } from './routes/app.js';
import { addDeviceRoutes } from './routes/devices.js';
import { addHealthRoutes } from './routes/health.js';
import { addLoginRoutes } from './routes/login.js';
import { addMediaRoutes } from './routes/media.js';
import type { Tokens } from './tokens/tokens.js';
import { addWebhookRoutes } from './webhooks/routes.js';
import { WebhookEngine, type WebhookEngineOptions } from './webhooks/webhook-engine.js';

const VERSION = '0.1.0';

/** Requests that are under way when the gateway is closed. Then they are cut off. */
const CLOSE_MS = 5_000;

export interface GatewayOptions {
  manager: Manager;
  /** The storage folder of the manager: the audit log is kept beside it. */
  storage: string;
  /** Who may call. Left out: this machine alone, and everything. */
  tokens?: Tokens;
  /** How webhooks are delivered. */
  webhooks?: WebhookEngineOptions;
  /** Where clients find the gateway, such as `https://wharf.example.com`. Default: where their requests went. */
  publicUrl?: string;
  /**
   * The proxies that are believed when they say who has asked (`X-Forwarded-For`), and where (`-Proto`, `-Host`): addresses, networks
   * like `10.0.0.0/8`, or `loopback`, `linklocal`, `uniquelocal`. Default: none.
   */
  trustedProxies?: string[];
  /** How much is taken, and how often. */
  limits?: Partial<Limits>;
  /** What Fastify logs to: `true`, options of pino, or left out for nothing. */
  logger?: FastifyServerOptions['logger'];
}

/**
 * Makes the HTTP server for the devices of a manager. It listens once `listen` is called, and leaves the manager open.
 *
 * @throws WharfError OPTION_INVALID, GATEWAY_OPEN
 */
export function createGateway(options: GatewayOptions): FastifyInstance {
  const { manager, storage, tokens, publicUrl, trustedProxies = [], logger = false } = options;
  // Whoever a proxy lets through is not on this machine, and would be taken for it.
  if (trustedProxies.length > 0 && !tokens) throw new WharfError('GATEWAY_OPEN');
  const limits = readLimits(options.limits);
  const auditLog = new AuditLog(storage);
  const addressOf = (request: FastifyRequest) =>
    publicUrl?.replace(/\/+$/, '') ?? `${request.protocol}://${request.host}`;
  const plain = fastify({
    logger,
    trustProxy: trustedProxies.length > 0 && trustedProxies,
    logController: new RequestLog(),
    forceCloseConnections: 'idle',
    bodyLimit: limits.bodyBytes,
    requestTimeout: limits.requestMs,
    routerOptions: { maxParamLength: 500 },
  });
  addEnvelope(plain);
  plain.addHook('onSend', async (_request, reply) => {
    reply.header('x-content-type-options', 'nosniff');
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
  });
  plain.addHook('preClose', async () => {
    setTimeout(() => plain.server.closeAllConnections(), CLOSE_MS).unref();
  });
  plain.register(routeTable);
  plain.register(turns);
  plain.register(limit, limits);
  plain.register(auth, { tokens });
  plain.register(device, { manager });
  plain.register(multipart, { limits: { fileSize: limits.fileBytes, files: 1, fields: 1_100 } });
  plain.register(uploads, { manager });
  plain.register(audit, { log: auditLog });
  plain.register(openApi, { version: VERSION });
  plain.register(metrics, { manager });
  plain.register(browserConsole);
  plain.register(async (scope) => addMediaRoutes(withSchemas(scope), manager));
  plain.register(async (scope) => {
    const app = withSchemas(scope);
    addHealthRoutes(app, manager);
    addDeviceRoutes(app, manager);
    addLoginRoutes(app, manager, addressOf);
    addAppRoutes(app, manager, VERSION);
    addAdminRoutes(app, tokens, auditLog);
    addActionRoutes(app, manager);
    addEventRoutes(app, { manager, tokens });
    const engine = new WebhookEngine(manager, { logger: plain.log, ...options.webhooks });
    addWebhookRoutes(app, manager, engine);
    app.addHook('onReady', async () => engine.start());
    app.addHook('onClose', () => engine.close());
    addGowaRoutes(app, manager, addressOf);
  });
  return plain;
}
