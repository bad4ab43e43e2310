import { type DeviceInfo, type Manager, WharfError } from '@wharf/core';
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
  reason: z.string().optional().meta({ description: 'Why it is in this state.' }),
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

export const status = z.object({
  device_id: z.string(),
  jid: z.string(),
  is_connected: z.boolean(),
  is_logged_in: z.boolean(),
  state: deviceView.shape.state,
});

/** GOWA asks two questions; ours is a state. Connected is here who can speak with WhatsApp just now. */
export const viewStatus = ({ id, state, account }: DeviceInfo): z.output<typeof status> => ({
  device_id: id,
  jid: account?.jid ?? '',
  is_connected: state.name === 'connected',
  is_logged_in: account !== undefined,
  state: state.name,
});

/**
 * Closes the connection and makes a new one.
 *
 * @throws WharfError DEVICE_NOT_CONNECTED for a device without an account
 */
export const reconnect = (manager: Manager, deviceId: string) =>
  manager.act('device.reconnect', { deviceId });

const path = z.object({ id: z.string() });

/** Devices: what there is, and what becomes of it. */
export function addDeviceRoutes(app: GatewayApp, manager: Manager): void {
  const tags = ['devices'];
  app.get(
    '/devices',
    {
      config: { scope: 'read' },
      schema: { tags, summary: 'List devices', response: ok(z.array(deviceView)) },
    },
    async ({ token }) => {
      const devices = await manager.listDevices();
      return answer('Devices', devices.filter(({ id }) => mayUse(token, id)).map(viewDevice));
    },
  );
  app.post(
    '/devices',
    {
      config: { scope: 'manage', isGlobal: true },
      schema: {
        tags,
        summary: 'Create a device',
        description: 'A slot without an account. Without a device_id it gets a UUID.',
        body: z.object({
          device_id: z.string().max(64).optional(),
          name: z.string().max(200).optional(),
        }),
        response: ok(deviceView),
      },
    },
    async (request) => {
      const { device_id: id, name } = request.body;
      request.device = await manager.createDevice({ ...(id ? { id } : {}), ...(name ? { name } : {}) });
      return answer('Device created', viewDevice(request.device));
    },
  );
  app.get(
    '/devices/:id',
    {
      config: { scope: 'read', device: 'path' },
      schema: { tags, summary: 'Tell about a device', params: path, response: ok(deviceView) },
    },
    async ({ device }) => answer('Device', viewDevice(device)),
  );
  app.get(
    '/devices/:id/status',
    {
      config: { scope: 'read', device: 'path' },
      schema: { tags, summary: 'Tell the state of a device', params: path, response: ok(status) },
    },
    async ({ device }) => answer('Device status', viewStatus(device)),
  );
  app.post(
    '/devices/:id/logout',
    {
      config: { scope: 'manage', device: 'path' },
      schema: {
        tags,
        summary: 'Unlink a device from its account',
        description: 'The slot stays, and so does what was received.',
        params: path,
        response: ok(deviceView),
      },
    },
    async ({ device }) => {
      if (!device.account) throw new WharfError('DEVICE_NOT_CONNECTED');
      return answer('Device logged out', viewDevice(await manager.logoutDevice(device.id)));
    },
  );
  app.post(
    '/devices/:id/reconnect',
    {
      config: { scope: 'manage', device: 'path' },
      schema: { tags, summary: 'Connect a device anew', params: path, response: ok(deviceView) },
    },
    async ({ device }) => answer('Device reconnecting', viewDevice(await reconnect(manager, device.id))),
  );
  app.delete(
    '/devices/:id',
    {
      config: { scope: 'manage', device: 'path' },
      schema: {
        tags,
        summary: 'Remove a device',
        description: 'Logs it out and deletes everything that is stored for it.',
        params: path,
        response: ok(z.object({ device_id: z.string() })),
      },
    },
    async ({ device }) => {
      await manager.removeDevice(device.id);
      return answer('Device removed', { device_id: device.id });
    },
  );
}
