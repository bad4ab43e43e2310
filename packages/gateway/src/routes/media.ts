import { Readable } from 'node:stream';
import { type Manager, WharfError } from '@wharf/core';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { answer } from '../http/envelope.js';
import { type GatewayApp, ok } from '../http/schemas.js';
import { type IncomingFile, inLibrary } from '../http/upload.js';

const stored = z.object({
  sha256: z.string().meta({ description: 'Of the content, in base64: what it is sent by.' }),
  sizeBytes: z.number(),
  mimetype: z.string(),
  fileName: z.string().optional(),
});

/** The media library of a device, over the network: bytes in, to be sent later, and bytes out. */
export async function addMediaRoutes(app: GatewayApp, manager: Manager): Promise<void> {
  // A body of whatever type is the file, JSON too.
  app.removeContentTypeParser(['application/json', 'text/plain']);
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
  app.post(
    '/media',
    {
      config: { scope: 'send', device: 'named', file: { field: 'file', to: 'library' } },
      schema: {
        tags: ['media'],
        summary: 'Upload a file',
        description:
          'The body is the file, or a form with it in the field `file`. Send it by its hash: {"kind":"image","media":{"sha256":…}}.',
        querystring: z.object({ file_name: z.string().min(1).max(1_024).optional() }),
        response: ok(stored),
      },
    },
    async (request) => answer('Media stored', await store(manager, request, request.query.file_name)),
  );
  app.get(
    '/media/:sha256',
    {
      config: { scope: 'read', device: 'named' },
      schema: {
        tags: ['media'],
        summary: 'Download a file',
        description: 'The hash is in base64 or base64url. A range of bytes may be asked for.',
        params: z.object({ sha256: z.string().regex(/^[A-Za-z0-9+/_-]{43}=?$/) }),
      },
    },
    async ({ params, headers, device }, reply) => {
      const { sha256, sizeBytes } = manager.media(device.id).find(standard(params.sha256));
      const range = readRange(headers.range, sizeBytes);
      reply.header('accept-ranges', 'bytes').header('etag', `"${params.sha256}"`);
      if (range === 'unsatisfiable') {
        return reply.code(416).header('content-range', `bytes */${sizeBytes}`).send();
      }
      const { start, end } = range ?? { start: 0, end: sizeBytes };
      if (range) reply.code(206).header('content-range', `bytes ${start}-${end - 1}/${sizeBytes}`);
      // What it is, is for whoever asks to say: a browser that guesses could run what somebody has sent.
      reply
        .header('content-type', 'application/octet-stream')
        .header('content-disposition', 'attachment')
        .header('content-length', end - start);
      return reply.send(
        Readable.from(manager.readMedia(device.id, sha256, { start, end }), { objectMode: false }),
      );
    },
  );
}

async function store(manager: Manager, request: FastifyRequest, fileName: string | undefined) {
  const { device } = request;
  if (request.isMultipart()) {
    const { file } = request.body as { file?: z.output<typeof stored> };
    if (!file) throw new WharfError('OPTION_INVALID', { details: { option: 'file' } });
    return file;
  }
  const body = request.body as Readable | undefined;
  if (!body) throw new WharfError('MEDIA_SOURCE_INVALID');
  const mimetype = request.headers['content-type']?.split(';')[0]?.trim();
  return inLibrary(manager, device.id, {
    file: limited(body, request.server.limits.fileBytes),
    ...(fileName ? { filename: fileName } : {}),
    ...(mimetype ? { mimetype } : {}),
  });
}

/** A body that ends where it becomes too large, and says so. */
function limited(body: Readable, maxBytes: number): IncomingFile {
  let size = 0;
  const file = {
    truncated: false,
    resume: () => body.resume(),
    async *[Symbol.asyncIterator]() {
      for await (const chunk of body as AsyncIterable<Buffer>) {
        size += chunk.length;
        file.truncated ||= size > maxBytes;
        // So that nothing of it is kept.
        if (file.truncated) throw new WharfError('REQUEST_TOO_LARGE');
        yield chunk;
      }
    },
  };
  return file;
}

/** As the library has it: with `+`, `/` and padding. */
const standard = (hash: string): string =>
  `${hash.replaceAll('-', '+').replaceAll('_', '/').replace(/=$/, '')}=`;

/** One range of bytes, up to and without `end`; undefined for all of them, also when the header makes no sense (RFC 9110). */
export function readRange(
  header: string | undefined,
  size: number,
): { start: number; end: number } | 'unsatisfiable' | undefined {
  const [, from, to] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (from === undefined || to === undefined || from + to === '') return undefined;
  const start = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const end = from === '' || to === '' ? size : Math.min(size, Number(to) + 1);
  if (from !== '' && to !== '' && Number(to) < Number(from)) return undefined;
  return start < end ? { start, end } : 'unsatisfiable';
}
