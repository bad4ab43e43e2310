import plugin from 'fastify-plugin';
import type { Scope } from '../scopes.js';

/** A route as it is served. */
export interface RouteEntry {
  method: string;
  path: string;
  scope: Scope | 'public';
  isGlobal: boolean;
  device: 'named' | 'path' | undefined;
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Every route of the gateway, those of plugins too. */
    routeTable: RouteEntry[];
  }
}

/** Notes every route that comes to be, so that there is one list of them all. */
export const routeTable = plugin(async (app) => {
  app.decorate('routeTable', []);
  app.addHook('onRoute', ({ method, url, config }) => {
    for (const one of [method].flat()) {
      if (one === 'HEAD') continue;
      app.routeTable.push({
        method: one,
        path: url,
        scope: config?.scope ?? 'public',
        isGlobal: config?.isGlobal ?? false,
        device: config?.device,
      });
    }
  });
});
