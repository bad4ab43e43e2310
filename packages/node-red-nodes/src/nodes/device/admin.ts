import { isDeviceId, isWharfError, type Manager, WharfError } from '@wharf/core';
import type { Request, RequestHandler, Response } from 'express';
import type { NodeAPI } from 'node-red';
import { toString as drawQr } from 'qrcode';
import { z } from 'zod';
import type { Connection } from '../../shared/connect.js';
import { toHttpError } from '../../shared/errors.js';
import type { QrAnswer, StateAnswer } from './admin-answers.js';
import { LoginWatch, stepName } from './login-watch.js';

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
  let revision = 0;
  // Every editor gets what is published, also read-only ones: hence only the news that there is news.
  const ping = (deviceId: string) => {
    revision += 1;
    RED.comms.publish(`wharf-device/${deviceId}`, { rev: revision }, false);
  };
  const logins = new LoginWatch(ping);
  const managers = new WeakSet<Manager>();
  const open = async () => {
    const manager = await connection.manager();
    if (!managers.has(manager)) {
      managers.add(manager);
      manager.onState(({ device }) => ping(device.id));
    }
    return manager;
  };

  const mayRead = RED.auth.needsPermission('flows.read');
  const mayWrite = RED.auth.needsPermission('flows.write');
  const { httpAdmin } = RED;

  httpAdmin.get(
    '/wharf-device',
    mayRead,
    answer(async () => (await open()).listDevices()),
  );

  httpAdmin.get(
    '/wharf-device/:deviceId/state',
    mayRead,
    answer(async (request): Promise<StateAnswer> => {
      const deviceId = deviceIdOf(request);
      const manager = await open();
      const device = await manager.getDevice(deviceId).catch((error: unknown) => {
        if (isWharfError(error) && error.code === 'DEVICE_NOT_FOUND') return undefined;
        throw error;
      });
      const failure = logins.failureOf(deviceId);
      return {
        ...(device ? { device } : {}),
        login: stepName(manager.getLogin(deviceId)),
        ...(failure ? { failure: { code: failure.code, message: failure.message } } : {}),
      };
    }),
  );

  httpAdmin.get(
    '/wharf-device/:deviceId/qr',
    mayWrite,
    answer(async (request): Promise<QrAnswer> => {
      const step = (await open()).getLogin(deviceIdOf(request))?.current;
      if (step?.type !== 'qr') return {};
      const { qr, expiresAt } = step;
      const svg = await drawQr(qr, { type: 'svg', margin: 4, errorCorrectionLevel: 'L' });
      const image = `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
      return { code: { qr, image, expiresAt, expiresInMs: Math.max(0, expiresAt - Date.now()) } };
    }),
  );

  httpAdmin.post(
    '/wharf-device/:deviceId/login',
    mayWrite,
    answer(async (request) => {
      const deviceId = deviceIdOf(request);
      const { name } = loginBody.parse(request.body ?? {});
      const manager = await open();
      await connection.ensure(deviceId, name);
      const login = await manager.loginDevice(deviceId);
      logins.follow(deviceId, login);
      return { login: stepName(login) };
    }),
  );

  httpAdmin.post(
    '/wharf-device/:deviceId/login/cancel',
    mayWrite,
    answer(async (request) => {
      const deviceId = deviceIdOf(request);
      const { discard } = cancelBody.parse(request.body ?? {});
      const login = (await open()).getLogin(deviceId);
      login?.cancel();
      await login?.outcome;
      if (discard) await connection.discardDraft(deviceId);
      return {};
    }),
  );

  httpAdmin.post(
    '/wharf-device/:deviceId/logout',
    mayWrite,
    answer(async (request) => {
      const manager = await open();
      return { device: await manager.logoutDevice(deviceIdOf(request)) };
    }),
  );
}

function deviceIdOf(request: Request): string {
  const { deviceId } = params.parse(request.params);
  if (!isDeviceId(deviceId)) throw new WharfError('DEVICE_ID_INVALID');
  return deviceId;
}

/** Answers a request with what the work returns, or with `{code, message}` and the fitting status. Never cached. */
function answer(work: (request: Request) => Promise<object>): RequestHandler {
  return (request: Request, response: Response) => {
    void (async () => {
      response.set('Cache-Control', 'no-store');
      try {
        response.json(await work(request));
      } catch (thrown) {
        const { status, body } = toHttpError(thrown);
        response.status(status).json(body);
      }
    })();
  };
}
