import type { Manager } from '@wharf/core';
import { z } from 'zod';
import { answer } from '../http/envelope.js';
import { type GatewayApp, ok } from '../http/schemas.js';

/** For whoever keeps the process running: whether it lives, and whether it can work. Nothing here is anybody's secret. */
export function addHealthRoutes(app: GatewayApp, manager: Manager): void {
  const config = { scope: 'public', isUnlimited: true } as const;
  const response = ok(z.object({ status: z.string() }));
  app.get(
    '/health/live',
    { config, schema: { summary: 'Whether the process answers', response } },
    async () => answer('The gateway lives', { status: 'live' }),
  );
  for (const path of ['/health', '/health/ready']) {
    app.get(path, { config, schema: { summary: 'Whether the storage is open', response } }, async () => {
      // Refuses once the manager is closing.
      await manager.listDevices();
      return answer('The gateway is ready', { status: 'ready' });
    });
  }
}
