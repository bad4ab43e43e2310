import { type ActionOutput, type DeviceHost, type DeviceId, isWharfError } from '@wharf/core';
import type { NodeAPI } from 'node-red';
import { toString as drawQr } from 'qrcode';
import { z } from 'zod';
import { catalogue } from '../../shared/catalogue.js';
import type { Connection } from '../../shared/connect.js';
import type { Devices } from '../../shared/devices.js';
import { toNodeError, toWharfError } from '../../shared/errors.js';
import { deviceIdOf, Routes } from '../../shared/routes.js';
import { within } from '../../shared/within.js';
import type { CodeAnswer, DeviceLine, StateAnswer } from './admin-answers.js';
import { searchChats } from './chats.js';

const loginBody = z.object({
  name: z.string().max(200).optional(),
  /** The number of the account: then it is linked by a code that is typed on its phone. */
  phone: z.string().max(100).optional(),
});
const placeBody = z.discriminatedUnion('runs', [
  z.object({ runs: z.literal('here') }),
  /** The dialog is cancelled. */
  z.object({ runs: z.literal('as_deployed') }),
  z.object({
    runs: z.literal('gateway'),
    url: z.string().max(2000),
    /** Absent: the one that is saved with the config node. */
    token: z.string().max(500).optional(),
    nodeId: z.string().max(100),
  }),
]);
const cancelBody = z.object({
  /** True when the dialog was cancelled: a device that only this dialog knows goes with it. */
  discard: z.boolean().default(false),
});
const searchQuery = z.object({ search: z.string().max(200).default('') });
/** How long the sidebar waits for a gateway. Milliseconds. */
const answerBoundMs = 3_000;
const settingsBody = z.looseObject({});

/**
 * The routes of the editor: the device dialog, which works before the first deploy, the pickers, and the sidebar.
 *
 * Who may deploy may link and unlink devices; who may only look sees states, never a code to scan, nor names.
 */
export function addAdminRoutes(RED: NodeAPI, connection: Connection): void {
  const routes = new Routes(RED);
  const open = announce(RED, connection);

  routes.read('/wharf-catalogue', async () => catalogue());
  routes.read('/wharf-device', async () => {
    if (connection.isInUse) await open('');
    return [
      ...(connection.isInUse ? await devicesHere(connection) : []),
      ...(await devicesElsewhere(connection)),
    ];
  });
  routes.read('/wharf-device/:deviceId/state', async (request) => {
    const deviceId = deviceIdOf(request);
    return stateOf(await open(deviceId), deviceId);
  });
  routes.read('/wharf-device/:deviceId/neighbours', async (request) =>
    (await open(deviceIdOf(request))).act('device.list', {}),
  );
  routes.readPrivate('/wharf-device/:deviceId/code', async (request) => {
    const deviceId = deviceIdOf(request);
    return codeOf(await open(deviceId), deviceId);
  });
  routes.readPrivate('/wharf-device/:deviceId/chats', async (request) => {
    const deviceId = deviceIdOf(request);
    const { search } = searchQuery.parse(request.query);
    return searchChats(await open(deviceId), deviceId, search);
  });
  routes.readPrivate('/wharf-device/:deviceId/settings', async (request) => {
    const deviceId = deviceIdOf(request);
    return (await open(deviceId)).act('device.getSettings', { deviceId });
  });

  routes.change('/wharf-device/:deviceId/place', async (request) => {
    const deviceId = deviceIdOf(request);
    const place = placeBody.parse(request.body);
    if (place.runs === 'gateway') connection.draftPlace(deviceId, gatewayOf(RED, connection, place));
    else connection.draftPlace(deviceId, place.runs === 'here' ? connection : undefined);
    return {};
  });
  routes.change('/wharf-device/:deviceId/settings', async (request) => {
    const deviceId = deviceIdOf(request);
    const host = await open(deviceId);
    await connection.draftedDevicesOf(deviceId).ensure(deviceId);
    return host.act('device.updateSettings', { deviceId, settings: settingsBody.parse(request.body) });
  });
  routes.change('/wharf-device/:deviceId/login', async (request) => {
    const deviceId = deviceIdOf(request);
    const { name, phone } = loginBody.parse(request.body ?? {});
    const host = await open(deviceId);
    await connection.draftedDevicesOf(deviceId).ensure(deviceId, name);
    if (phone === undefined) await host.act('device.login', { deviceId, waitMs: 0 });
    else await host.act('device.loginByCode', { deviceId, phone, waitMs: 0 });
    return stateOf(host, deviceId);
  });
  routes.change('/wharf-device/:deviceId/login/cancel', async (request) => {
    const deviceId = deviceIdOf(request);
    const { discard } = cancelBody.parse(request.body ?? {});
    const host = await open(deviceId);
    await unless(['LOGIN_NOT_FOUND', 'DEVICE_NOT_FOUND'], host.act('device.cancelLogin', { deviceId }));
    if (discard) {
      await connection.draftedDevicesOf(deviceId).discardDraft(deviceId);
      connection.draftPlace(deviceId, undefined);
    }
    return stateOf(host, deviceId);
  });
  routes.change('/wharf-device/:deviceId/logout', async (request) => {
    const deviceId = deviceIdOf(request);
    const host = await open(deviceId);
    await host.act('device.logout', { deviceId });
    return stateOf(host, deviceId);
  });
}

/** Tells the open dialogs that there is news. Every editor hears it, also read-only ones: hence nothing but that. */
function announce(RED: NodeAPI, connection: Connection): (deviceId: string) => Promise<DeviceHost> {
  let revision = 0;
  const heard = new WeakSet<Devices>();
  const hear = async (devices: Devices): Promise<void> => {
    if (heard.has(devices)) return;
    heard.add(devices);
    try {
      await devices.onState(({ deviceId }) => {
        revision += 1;
        RED.comms.publish(`wharf-device/${deviceId}`, { rev: revision }, false);
      });
    } catch (error) {
      heard.delete(devices);
      throw error;
    }
  };
  return async (deviceId) => {
    const devices = connection.draftedDevicesOf(deviceId);
    const host = await devices.host();
    await hear(devices);
    return host;
  };
}

/** The gateway that a dialog names. @throws WharfError OPTION_INVALID */
function gatewayOf(
  RED: NodeAPI,
  connection: Connection,
  { url, token, nodeId }: { url: string; token?: string | undefined; nodeId: string },
): Devices {
  const saved = RED.nodes.getCredentials(nodeId) as { token?: string } | undefined;
  const secret = token ?? saved?.token;
  return connection.gateway({ url, ...(secret ? { token: secret } : {}) });
}

/** Every device of this process, with what waits and what last went wrong. */
async function devicesHere(connection: Connection): Promise<DeviceLine[]> {
  const manager = await connection.manager();
  const devices = await manager.listDevices();
  return Promise.all(
    devices.map(async (device) => {
      const waiting = await manager.listSends(device.id, { states: ['queued', 'sending'], limit: 1000 });
      const lastError = connection.lastErrors.get(device.id);
      return {
        ...device,
        queued: waiting.length,
        isMoreQueued: waiting.length === 1000,
        ...(lastError ? { lastError } : {}),
      };
    }),
  );
}

/** Those behind gateways that config nodes stand for; one that does not answer in time has no state. */
function devicesElsewhere(connection: Connection): Promise<DeviceLine[]> {
  return Promise.all(
    connection.elsewhere.map(async ({ deviceId, devices }) => {
      let line: Omit<DeviceLine, 'id'> = {};
      const look = async () => {
        const host = await devices.host();
        line = await host.act('device.get', { deviceId });
        const waiting = await host.act('message.listSends', { deviceId, limit: 1000 });
        line = { ...line, queued: waiting.length, isMoreQueued: waiting.length === 1000 };
      };
      await within(answerBoundMs, look()).catch((error) => connection.lastErrors.note(deviceId, error));
      const lastError = connection.lastErrors.get(deviceId);
      return { ...line, id: deviceId as DeviceId, ...(lastError ? { lastError } : {}) };
    }),
  );
}

async function stateOf(host: DeviceHost, deviceId: string): Promise<StateAnswer> {
  const device = await unless(['DEVICE_NOT_FOUND'], host.act('device.get', { deviceId }));
  if (!device) return { login: 'none' };
  const step = await stepOf(host, deviceId);
  if (step?.type !== 'failed') return { device, login: step?.type ?? 'none' };
  const { code, message } = toNodeError(toWharfError(step.errorCode));
  return { device, login: 'failed', failure: { code, message } };
}

async function codeOf(host: DeviceHost, deviceId: string): Promise<CodeAnswer> {
  const step = await stepOf(host, deviceId);
  if (step?.expiresAt === undefined) return {};
  const { qr, code: pairingCode, expiresAt } = step;
  const times = { expiresAt, expiresInMs: Math.max(0, expiresAt - Date.now()) };
  if (pairingCode !== undefined) return { code: { pairingCode, ...times } };
  if (qr === undefined) return {};
  const svg = await drawQr(qr, { type: 'svg', margin: 4, errorCorrectionLevel: 'L' });
  return {
    code: { qr, image: `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`, ...times },
  };
}

function stepOf(host: DeviceHost, deviceId: string): Promise<ActionOutput<'device.getLogin'> | undefined> {
  return unless(['LOGIN_NOT_FOUND', 'DEVICE_NOT_FOUND'], host.act('device.getLogin', { deviceId }));
}

/** What was asked for, or undefined when it is not there. */
async function unless<Result>(codes: string[], asked: Promise<Result>): Promise<Result | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (isWharfError(error) && codes.includes(error.code)) return undefined;
    throw error;
  }
}
