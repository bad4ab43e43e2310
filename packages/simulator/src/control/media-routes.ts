import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { attachmentKinds } from '../media/attachment.js';
import type { Simulator } from '../simulator.js';
import { defined } from './defined.js';

/** Files in a control request are base64 in JSON; larger ones come through the library. */
const BODY_LIMIT = 32 * 1024 * 1024;

const address = z.object({ address: z.string().min(1) });
const messageParameters = address.extend({ id: z.string().min(1) });
const sendBody = z.object({
  to: z.string().min(1),
  kind: z.enum(attachmentKinds),
  data: z.base64('the content of the file goes here in base64').min(1),
  mimetype: z.string().min(3).max(100).optional(),
  caption: z.string().max(4_096).optional(),
  fileName: z.string().min(1).max(255).optional(),
  seconds: z.number().int().min(0).optional(),
});
const expireBody = z.object({
  status: z.union([z.literal(404), z.literal(410)]).optional(),
  isLost: z.boolean().optional(),
});

/** Attachments over the control API: send, fetch, expire; the same for phones and contacts. */
export function addMediaRoutes(app: FastifyInstance, simulator: Simulator): void {
  app.get('/ca.pem', (_request, reply) => reply.type('application/x-pem-file').send(simulator.caCertificate));
  for (const people of ['/phones', '/contacts']) {
    app.post(`${people}/:address/media`, { bodyLimit: BODY_LIMIT }, async (request, reply) => {
      const { to, data, ...options } = defined(sendBody.parse(request.body));
      const { attachments } = simulator.phone(address.parse(request.params).address);
      return reply
        .code(201)
        .send(await attachments.send(to, { ...options, data: Buffer.from(data, 'base64') }));
    });
    app.get(`${people}/:address/messages/:id/media`, async (request, reply) => {
      const { address, id } = messageParameters.parse(request.params);
      const { attachments } = simulator.phone(address);
      const { mimetype } = attachments.describe(id);
      return reply
        .type(mimetype)
        .header('x-content-type-options', 'nosniff')
        .header('content-disposition', 'attachment')
        .send(Readable.from(attachments.download(id)));
    });
    app.post(`${people}/:address/messages/:id/media/expire`, async (request, reply) => {
      const { address, id } = messageParameters.parse(request.params);
      await simulator.phone(address).attachments.expire(id, defined(expireBody.parse(request.body ?? {})));
      return reply.code(204).send();
    });
  }
}
