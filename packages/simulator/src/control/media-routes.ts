import { Readable } from 'node:stream';
import { z } from 'zod';
import { attachmentKinds } from '../media/attachment.js';
import { contentSchema, messageOptions } from '../messages/content.js';
import type { Simulator } from '../simulator.js';
import { done, messageId, refusals } from './answers.js';
import { defined } from './defined.js';
import type { ControlApp } from './openapi.js';
import { address } from './parameters.js';

/** Files in a control request are base64 in JSON; larger ones come through the library. */
const BODY_LIMIT = 32 * 1024 * 1024;

const messageParameters = address.extend({ id: z.string().min(1) });
const sendBody = z.object({
  to: z.string().min(1),
  kind: z.enum(attachmentKinds),
  data: z.base64('the content of the file goes here in base64').min(1),
  mimetype: z.string().min(3).max(100).optional(),
  caption: z.string().max(4_096).optional(),
  fileName: z.string().min(1).max(255).optional(),
  seconds: z.number().int().min(0).optional(),
  album: z.string().min(1).max(128).optional(),
  content: contentSchema.optional(),
  ...messageOptions,
});
const expireBody = z.object({
  status: z.union([z.literal(404), z.literal(410)]).optional(),
  isLost: z.boolean().optional(),
});

/** The bytes of a file, as they are. */
function file(contentType: string, description: string) {
  return { description, content: { [contentType]: { schema: z.custom<Readable | string>() } } };
}

/** Attachments over the control API: send, fetch, expire; the same for phones and contacts. */
export function addMediaRoutes(app: ControlApp, simulator: Simulator): void {
  app.get(
    '/ca.pem',
    {
      schema: {
        summary: 'The certificate of the test CA that vouches for the media host',
        response: { 200: file('application/x-pem-file', 'PEM.') },
      },
    },
    async (_request, reply) =>
      reply.type('application/x-pem-file').send(Readable.from([simulator.caCertificate])),
  );
  for (const people of ['/phones', '/contacts']) {
    app.post(
      `${people}/:address/media`,
      {
        bodyLimit: BODY_LIMIT,
        schema: {
          summary: 'Send a file',
          params: address,
          body: sendBody,
          response: {
            201: messageId,
            ...refusals({
              400: 'CONTENT_INVALID',
              404: 'ACCOUNT_NOT_FOUND MESSAGE_NOT_FOUND',
              413: 'INVALID_REQUEST',
            }),
          },
        },
      },
      async ({ params, body }, reply) => {
        const { to, data, ...options } = defined(body);
        const { attachments } = simulator.phone(params.address);
        const sent = await attachments.send(to, { ...options, data: Buffer.from(data, 'base64') });
        return reply.code(201).send(sent);
      },
    );
    app.get(
      `${people}/:address/messages/:id/media`,
      {
        schema: {
          summary: 'Fetch the file of a message, decrypted',
          params: messageParameters,
          response: {
            200: file('application/octet-stream', 'The file, under its own content type.'),
            ...refusals({
              404: 'ACCOUNT_NOT_FOUND ATTACHMENT_NOT_FOUND ATTACHMENT_GONE',
              410: 'ATTACHMENT_GONE',
            }),
          },
        },
      },
      async ({ params }, reply) => {
        const { attachments } = simulator.phone(params.address);
        const { mimetype } = attachments.describe(params.id);
        return reply
          .type(mimetype)
          .header('x-content-type-options', 'nosniff')
          .header('content-disposition', 'attachment')
          .send(Readable.from(attachments.download(params.id)));
      },
    );
    app.post(
      `${people}/:address/messages/:id/media/expire`,
      {
        schema: {
          summary: 'Let the media host forget the file of a message',
          params: messageParameters,
          body: expireBody.nullable(),
          response: { ...done, ...refusals({ 404: 'ACCOUNT_NOT_FOUND ATTACHMENT_NOT_FOUND' }) },
        },
      },
      async ({ params, body }, reply) => {
        await simulator.phone(params.address).attachments.expire(params.id, defined(body ?? {}));
        return reply.code(204).send();
      },
    );
  }
}
