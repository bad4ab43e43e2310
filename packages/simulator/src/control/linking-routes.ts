import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Simulator } from '../simulator.js';
import { defined } from './defined.js';
import { name, phone } from './parameters.js';

const codeBody = z.object({ code: z.string().trim().min(1).max(40), phone, name: name.optional() });
const passkeyBody = z.object({ required: z.boolean() });
const phoneParameter = z.object({ address: phone });

/** What a person does to link a device, besides scanning. */
export function addLinkingRoutes(app: FastifyInstance, simulator: Simulator): void {
  app.post('/phones/code', async (request) => {
    const { code, ...account } = codeBody.parse(request.body);
    return simulator.enterCode(code, defined(account));
  });
  app.put('/phones/:address/passkey', async (request, reply) => {
    const { required } = passkeyBody.parse(request.body);
    simulator.setPasskey(phoneParameter.parse(request.params).address, required);
    return reply.code(204).send();
  });
}
