import { type ErrorCode, errorCodes, type Manager, WharfError } from '@wharf/core';
import type { FastifyRequest } from 'fastify';
import qrcode from 'qrcode';
import { z } from 'zod';
import { answer } from '../http/envelope.js';
import { type GatewayApp, ok } from '../http/schemas.js';

const qrLogin = z.object({
  device_id: z.string(),
  qr_link: z.string().meta({ description: 'A PNG of the code; a token is needed for it.' }),
  qr_duration: z.number().meta({ description: 'How long the code is good, in seconds.' }),
  qr: z.string().meta({ description: 'The text of the code, to be drawn.' }),
});
const codeLogin = z.object({ device_id: z.string(), pair_code: z.string() });

/** As GOWA has it: digits, a plus before them or not. A plus that was not encoded arrives as a space. */
const phone = z
  .string()
  .transform((text) => text.replace(/^ /, '+'))
  .pipe(z.string().regex(/^\+?[0-9]{1,15}$/));

/** Where a client finds this gateway. */
export type AddressOf = (request: FastifyRequest) => string;

/** Linking a device to an account: by a QR code, or by a code that is typed on the phone. */
export function addLoginRoutes(app: GatewayApp, manager: Manager, addressOf: AddressOf): void {
  const path = z.object({ id: z.string() });
  const { byQr, byCode } = logins(manager, addressOf);
  // To ask for a QR code begins a login; GOWA has it so.
  const config = { scope: 'manage', isAudited: true } as const;
  app.get(
    '/devices/:id/login',
    {
      config: { ...config, device: 'path' },
      schema: {
        tags: ['devices'],
        summary: 'Log in by QR code',
        description: 'Call it again for the next code once this one has expired.',
        params: path,
        response: ok(qrLogin),
      },
    },
    async (request) => answer('Scan the QR code', await byQr(request)),
  );
  app.get(
    '/devices/:id/login/qr.png',
    {
      config: { scope: 'manage', device: 'path' },
      schema: { tags: ['devices'], summary: 'The QR code of the login as a picture', params: path },
    },
    async ({ device }, reply) => {
      const { qr } = await manager.act('device.getLogin', { deviceId: device.id });
      if (qr === undefined) throw new WharfError('LOGIN_NOT_FOUND');
      return reply.type('image/png').send(await qrcode.toBuffer(qr, { width: 512 }));
    },
  );
  app.post(
    '/devices/:id/login/code',
    {
      config: { ...config, device: 'path' },
      schema: {
        tags: ['devices'],
        summary: 'Log in by pairing code',
        params: path,
        querystring: z.object({ phone: phone.optional() }),
        body: z.object({ phone: phone.optional() }),
        response: ok(codeLogin),
      },
    },
    async (request) => {
      const number = request.query.phone ?? request.body.phone;
      return answer('Type the code on the phone', await byCode(request, number));
    },
  );
  app.get(
    '/app/login',
    {
      config: { ...config, device: 'named' },
      schema: { tags: ['app'], summary: 'Log in by QR code', response: ok(qrLogin) },
    },
    async (request) => answer('Scan the QR code', await byQr(request)),
  );
  app.get(
    '/app/login-with-code',
    {
      config: { ...config, device: 'named' },
      schema: {
        tags: ['app'],
        summary: 'Log in by pairing code',
        querystring: z.object({ phone: phone.optional() }),
        response: ok(codeLogin),
      },
    },
    async (request) => answer('Type the code on the phone', await byCode(request, request.query.phone)),
  );
}

const logins = (manager: Manager, addressOf: AddressOf) => ({
  async byQr(request: FastifyRequest): Promise<z.output<typeof qrLogin>> {
    const { id } = request.device;
    const { qr, expiresAt = 0 } = shown(await manager.act('device.login', { deviceId: id }));
    if (qr === undefined) throw new WharfError('DEVICE_LOGGED_IN');
    return {
      device_id: id,
      qr_link: `${addressOf(request)}/devices/${id}/login/qr.png`,
      qr_duration: Math.max(0, Math.round((expiresAt - Date.now()) / 1_000)),
      qr,
    };
  },
  async byCode(request: FastifyRequest, phone: string | undefined): Promise<z.output<typeof codeLogin>> {
    if (phone === undefined) throw new WharfError('OPTION_INVALID', { details: { option: 'phone' } });
    const { id } = request.device;
    const { code } = shown(await manager.act('device.loginByCode', { deviceId: id, phone }));
    if (code === undefined) throw new WharfError('DEVICE_LOGGED_IN');
    // As the phone shows it, and GOWA.
    return { device_id: id, pair_code: code.replace(/^(.{4})(.{4})$/, '$1-$2') };
  },
});

interface Step {
  type: string;
  qr?: string | undefined;
  code?: string | undefined;
  expiresAt?: number | undefined;
  errorCode?: string | undefined;
}

/** A step of a login that has something to show. @throws WharfError that of the login, LOGIN_TIMED_OUT, LOGIN_EXPIRED */
function shown(step: Step): Step {
  const { type, errorCode } = step;
  if (type === 'dialing') throw new WharfError('LOGIN_TIMED_OUT');
  if (type === 'cancelled') throw new WharfError('LOGIN_EXPIRED');
  if (type !== 'failed') return step;
  const isKnown = errorCode !== undefined && Object.hasOwn(errorCodes, errorCode);
  throw new WharfError(isKnown ? (errorCode as ErrorCode) : 'LOGIN_REFUSED');
}
