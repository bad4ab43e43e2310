import plugin from 'fastify-plugin';
import type { AuditLog } from './audit-log.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** It is noted who asked for it. All but GET is that needs the scope `manage`. */
    isAudited?: boolean;
  }
}

/** Notes who changes devices, tokens and webhooks, before the answer leaves. */
export const audit = plugin<{ log: AuditLog }>(async (app, { log }) => {
  app.addHook('onSend', async (request, reply) => {
    const { method, routeOptions, token, device } = request;
    const { scope, isAudited = scope === 'manage' && method !== 'GET' } = routeOptions.config;
    if (!isAudited) return;
    await log.append({
      at: Date.now(),
      token: token?.id ?? 'none',
      action: `${method} ${routeOptions.url}`,
      ...(device ? { device: device.id } : {}),
      status: reply.statusCode,
    });
  });
});
