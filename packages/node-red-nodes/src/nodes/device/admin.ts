import { isDeviceId, isWharfError, type Login, type Manager, WharfError } from '@wharf/core';
import type { Request, RequestHandler, Response } from 'express';
import type { NodeAPI } from 'node-red';
import { toString as drawQr } from 'qrcode';
import { z } from 'zod';
import type { Connection } from '../../shared/connect.js';
import { toHttpError } from '../../shared/errors.js';
import type { QrAnswer, StateAnswer } from './admin-answers.js';

const params = z.object({ deviceId: z.string() });
const loginBody = z.object({ name: z.string().max(200).optional() });
const cancelBody = z.object({
  /** True when the dialog was cancelled: a device that only this dialog knows goes with it. */
  discard: z.boolean().default(false),
});

/**
 * The admin routes of the device dialog; they work before the first deploy.
 *
 * Who may deploy may link and unlink devices; who may only look sees states, never a code to scan.
 */
export function addAdminRoutes(RED: NodeAPI, connection: Connection): void {
  const mayRead = RED.auth.needsPermission('flows.read');
  const mayWrite = RED.auth.needsPermission('flows.write');
  const route = (path: string) => `/wharf-device${path}`;
  const get = (path: string, may: RequestHandler, work: (request: Request) => Promise<object>) =>
    RED.httpAdmin.get(route(path), may, answer(work));
  const post = (path: string, work: (request: Request) => Promise<object>) =>
    RED.httpAdmin.post(route(path), mayWrite, answer(work));

  const { ping, open } = announce(RED, connection);

  get('', mayRead, async () => (await open()).listDevices());
  get('/:deviceId/state', mayRead, async (request) => stateOf(await open(), deviceIdOf(request)));
  get('/:deviceId/qr', mayWrite, async (request) => codeOf(await open(), deviceIdOf(request)));

  post('/:deviceId/login', async (request) => {
    const deviceId = deviceIdOf(request);
    const { name } = loginBody.parse(request.body ?? {});
    const manager = await open();
    await connection.ensure(deviceId, name);
    const login = await manager.loginDevice(deviceId);
    void follow(login, () => ping(deviceId)).catch(() => ping(deviceId));
    return stateOf(manager, deviceId);
  });

  post('/:deviceId/login/cancel', async (request) => {
    const deviceId = deviceIdOf(request);
    const { discard } = cancelBody.parse(request.body ?? {});
    const manager = await open();
    const login = (await isKnown(manager, deviceId)) ? manager.getLogin(deviceId) : undefined;
    login?.cancel();
    await login?.outcome;
    if (discard) await connection.discardDraft(deviceId);
    return stateOf(manager, deviceId);
  });

  post('/:deviceId/logout', async (request) => {
    const deviceId = deviceIdOf(request);
    const manager = await open();
    await manager.logoutDevice(deviceId);
    return stateOf(manager, deviceId);
  });
}

/** Tells the open dialogs that there is news. Every editor hears it, also read-only ones: hence nothing but that. */
function announce(RED: NodeAPI, connection: Connection) {
  let revision = 0;
  const heard = new WeakSet<Manager>();
  const ping = (deviceId: string): void => {
    revision += 1;
    RED.comms.publish(`wharf-device/${deviceId}`, { rev: revision }, false);
  };
  const open = async (): Promise<Manager> => {
    const manager = await connection.manager();
    if (!heard.has(manager)) manager.onState(({ device }) => ping(device.id));
    heard.add(manager);
    return manager;
  };
  return { ping, open };
}

async function follow(login: Login, onStep: () => void): Promise<void> {
  for await (const _step of login) onStep();
}

async function stateOf(manager: Manager, deviceId: string): Promise<StateAnswer> {
  if (!(await isKnown(manager, deviceId))) return { login: 'none' };
  const device = await manager.getDevice(deviceId);
  const step = manager.getLogin(deviceId)?.current;
  if (step?.type !== 'failed') return { device, login: step?.type ?? 'none' };
  const { code, message } = step.error;
  return { device, login: 'failed', failure: { code, message } };
}

async function codeOf(manager: Manager, deviceId: string): Promise<QrAnswer> {
  const step = manager.getLogin(deviceId)?.current;
  if (step?.type !== 'qr') return {};
  const { qr, expiresAt } = step;
  const svg = await drawQr(qr, { type: 'svg', margin: 4, errorCorrectionLevel: 'L' });
  const image = `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
  return { code: { qr, image, expiresAt, expiresInMs: Math.max(0, expiresAt - Date.now()) } };
}

async function isKnown(manager: Manager, deviceId: string): Promise<boolean> {
  try {
    await manager.getDevice(deviceId);
    return true;
  } catch (error) {
    if (isWharfError(error) && error.code === 'DEVICE_NOT_FOUND') return false;
    throw error;
  }
}

function deviceIdOf(request: Request): string {
  const { deviceId } = params.parse(request.params);
  if (!isDeviceId(deviceId)) throw new WharfError('DEVICE_ID_INVALID');
  return deviceId;
}

/** Answers a request with what the work returns, or with `{code, message}` and the fitting status. Never cached. */
function answer(work: (request: Request) => Promise<object>): RequestHandler {
  return (request: Request, response: Response) => {
    response.set('Cache-Control', 'no-store');
    void work(request).then(
      (body) => response.json(body),
      (thrown: unknown) => {
        const { status, body } = toHttpError(thrown);
        response.status(status).json(body);
      },
    );
  };
}
