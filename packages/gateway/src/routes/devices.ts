import type { DeviceInfo, Manager } from '@wharf/core';
import { z } from 'zod';
import { answer } from '../http/envelope.js';
import { type GatewayApp, ok } from '../http/schemas.js';
import { mayUse } from '../tokens/token.js';

/** A device as GOWA's clients know it, and with what ours can tell besides. */
export const deviceView = z.object({
  id: z.string(),
  device_id: z.string(),
  phone_number: z.string(),
  display_name: z.string(),
  state: z.enum(['disconnected', 'connecting', 'connected', 'reconnecting', 'logged_out']),
  reason: z.string().optional(),
  jid: z.string(),
  created_at: z.string(),
});

export const viewDevice = ({
  id,
  name,
  state,
  account,
  createdAt,
}: DeviceInfo): z.output<typeof deviceView> => ({
  id,
  device_id: id,
  phone_number: account?.phone ?? '',
  display_name: account?.pushName ?? name ?? '',
  state: state.name,
  ...('reason' in state ? { reason: state.reason } : {}),
  jid: account?.jid ?? '',
  created_at: new Date(createdAt).toISOString(),
});

/** Devices: what there is, and what becomes of it. */
export function addDeviceRoutes(app: GatewayApp, manager: Manager): void {
  app.get(
    '/devices',
    { config: { scope: 'read' }, schema: { summary: 'List devices', response: ok(z.array(deviceView)) } },
    async ({ token }) => {
      const devices = await manager.listDevices();
      return answer('Devices', devices.filter(({ id }) => mayUse(token, id)).map(viewDevice));
    },
  );
}
