import { platform } from 'node:os';
import { type Manager, WharfError } from '@wharf/core';
import { z } from 'zod';
import { answer } from '../http/envelope.js';
import { type GatewayApp, ok } from '../http/schemas.js';
import { mayUse } from '../tokens/token.js';
import { deviceView, reconnect, status, viewDevice, viewStatus } from './devices.js';

/** The device API as GOWA had it before it managed many: the device is named by a header. */
export function addAppRoutes(app: GatewayApp, manager: Manager, version: string): void {
  const tags = ['app'];
  app.get(
    '/app/logout',
    {
      config: { scope: 'manage', device: 'named', isAudited: true },
      schema: { tags, summary: 'Unlink the device from its account', response: ok(deviceView) },
    },
    async ({ device }) => {
      if (!device.account) throw new WharfError('DEVICE_NOT_CONNECTED');
      return answer('Device logged out', viewDevice(await manager.logoutDevice(device.id)));
    },
  );
  app.get(
    '/app/reconnect',
    {
      config: { scope: 'manage', device: 'named', isAudited: true },
      schema: { tags, summary: 'Connect the device anew', response: ok(deviceView) },
    },
    async ({ device }) => answer('Device reconnecting', viewDevice(await reconnect(manager, device.id))),
  );
  app.get(
    '/app/status',
    {
      config: { scope: 'read', device: 'named' },
      schema: { tags, summary: 'Tell the state of the device', response: ok(status) },
    },
    async ({ device }) => answer('Device status', viewStatus(device)),
  );
  app.get(
    '/app/devices',
    {
      config: { scope: 'read' },
      schema: {
        tags,
        summary: 'List devices that are linked',
        response: ok(z.array(z.object({ name: z.string(), device: z.string(), jid: z.string() }))),
      },
    },
    async ({ token }) => {
      const devices = await manager.listDevices();
      const linked = devices.flatMap(({ id, account }) =>
        account && mayUse(token, id)
          ? [{ name: account.pushName ?? '', device: id, jid: account.jid as string }]
          : [],
      );
      return answer('Devices', linked);
    },
  );
  app.get(
    '/app/info',
    {
      config: { scope: 'read' },
      schema: {
        tags,
        summary: 'Tell about the gateway',
        response: ok(z.object({ version: z.string(), os: z.string(), base_path: z.string() })),
      },
    },
    async () => answer('Gateway', { version, os: platform(), base_path: '' }),
  );
}
