import { type DeviceInfo, isDeviceId, type Manager, WharfError } from '@wharf/core';
import type { FastifyRequest } from 'fastify';
import plugin from 'fastify-plugin';
import { mayUse, type Token } from '../tokens/token.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Where the device is named: `named` by `X-Device-Id` or `?device_id=`, or by being the only one; `path` by `:id`. */
    device?: 'named' | 'path';
  }
  interface FastifyRequest {
    /** The device that the request is about, on routes with `config.device`. */
    device: DeviceInfo;
  }
}

/** Finds the device that a request is about, among those that its token may use. */
export const device = plugin<{ manager: Manager }>(
  async (app, { manager }) => {
    app.decorateRequest('device');
    app.addHook('onRequest', async (request) => {
      const { device: place } = request.routeOptions.config;
      if (place === 'path') {
        const { id } = request.params as { id: string };
        request.device = await chooseDevice(manager, request.token, id);
      } else if (place === 'named') {
        request.device = await chooseDevice(manager, request.token, nameIn(request));
      }
    });
  },
  { name: 'wharf-device', dependencies: ['wharf-auth'] },
);

/** Which device a request names, if any: the header counts before the query. */
export function nameIn({ headers, query }: FastifyRequest): string | undefined {
  const header = headers['x-device-id'];
  const name = header === undefined || header === '' ? (query as { device_id?: unknown }).device_id : header;
  return typeof name === 'string' && name !== '' ? decoded(name) : undefined;
}

/**
 * Chooses a device by its ID or the JID of its account; with neither, the only one that the token may use.
 *
 * A device that the token may not use is as good as none.
 *
 * @throws WharfError DEVICE_NOT_FOUND, DEVICE_ID_REQUIRED
 */
export async function chooseDevice(
  manager: Manager,
  token: Token,
  name: string | undefined,
): Promise<DeviceInfo> {
  if (name !== undefined && isDeviceId(name)) {
    if (!mayUse(token, name)) throw unknown(name);
    return manager.getDevice(name).catch((error) => {
      throw error instanceof WharfError && error.code === 'DEVICE_NOT_FOUND' ? unknown(name) : error;
    });
  }
  const usable = (await manager.listDevices()).filter(({ id }) => mayUse(token, id));
  const meant = name === undefined ? usable : usable.filter(({ account }) => isAccount(account, name));
  const [only, another] = meant;
  if (only && !another) return only;
  // Two devices of one account: it is not guessed which one is meant.
  throw name === undefined || another ? new WharfError('DEVICE_ID_REQUIRED') : unknown(name);
}

const unknown = (deviceId: string): WharfError =>
  new WharfError('DEVICE_NOT_FOUND', { details: isDeviceId(deviceId) ? { deviceId } : {} });

/** By JID, also with the number of a companion, as in `491701234567:12@s.whatsapp.net`. */
const isAccount = (account: DeviceInfo['account'], name: string): boolean =>
  account !== undefined && account.jid === name.replace(/:\d+@/, '@');

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
