import { z } from 'zod';
import type { Simulator } from '../simulator.js';
import { done, linked, refusals } from './answers.js';
import { defined } from './defined.js';
import type { ControlApp } from './openapi.js';
import { name, phone } from './parameters.js';

const codeBody = z.object({ code: z.string().trim().min(1).max(40), phone, name: name.optional() });
const passkeyBody = z.object({ required: z.boolean() });
const phoneParameter = z.object({ address: phone });

const codeRefusals = refusals({
  403: 'CODE_WRONG PASSKEY_REQUIRED',
  404: 'CODE_NOT_ASKED',
  409: 'CODE_BUSY',
  410: 'CODE_EXPIRED',
  502: 'PAIRING_REFUSED',
});

/** What a person does to link a device, besides scanning. */
export function addLinkingRoutes(app: ControlApp, simulator: Simulator): void {
  app.post(
    '/phones/code',
    {
      schema: {
        summary: 'Type the pairing code that a client shows, and link it',
        body: codeBody,
        response: { 200: linked, ...codeRefusals },
      },
    },
    async ({ body: { code, ...account } }) => simulator.enterCode(code, defined(account)),
  );
  app.post(
    '/phones/rotate-qr',
    {
      schema: {
        summary: 'Ask the client that shows a QR code for another one',
        body: z.object({ qr: z.string().trim().min(1).max(2_000) }),
        response: { ...done, ...refusals({ 400: 'QR_INVALID', 404: 'QR_UNKNOWN', 410: 'QR_EXPIRED' }) },
      },
    },
    async ({ body: { qr } }, reply) => {
      simulator.rotateQr(qr);
      return reply.code(204).send();
    },
  );
  app.put(
    '/phones/:address/passkey',
    {
      schema: {
        summary: 'Say whether an account links devices only with its passkey',
        params: phoneParameter,
        body: passkeyBody,
        response: done,
      },
    },
    async ({ params, body }, reply) => {
      simulator.setPasskey(params.address, body.required);
      return reply.code(204).send();
    },
  );
}
