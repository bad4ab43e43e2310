import type { MultipartFile } from '@fastify/multipart';
import { type Manager, WharfError } from '@wharf/core';
import type { FastifyRequest } from 'fastify';
import plugin from 'fastify-plugin';

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * The field of a form that is a file. It goes straight to the media library and becomes `{ sha256, mimetype, fileName }`;
     * or to the memory, for pictures of profiles, and becomes `{ base64 }`.
     */
    file?: { field: string; to: 'library' | 'memory' };
  }
}

/** A picture that is held in memory. */
const MAX_PICTURE_BYTES = 16 * 1024 ** 2;

/** Reads forms, so that to a route there is no difference between a form and JSON. */
export const uploads = plugin<{ manager: Manager }>(
  async (app, { manager }) => {
    app.addHook('preValidation', async (request) => {
      const { file } = request.routeOptions.config;
      if (request.method === 'GET' || !request.isMultipart?.() || request.body !== undefined) return;
      try {
        request.body = await readForm(request, file?.field, (part) =>
          file?.to === 'memory' ? inMemory(part) : inLibrary(manager, request.device.id, part),
        );
      } catch (error) {
        // What is left of the form comes and goes, or the client would wait for its end.
        request.raw.unpipe();
        request.raw.resume();
        throw error;
      }
    });
  },
  { name: 'wharf-uploads', dependencies: ['@fastify/multipart', 'wharf-device'] },
);

/** A form as JSON would have it: what comes more than once, or is named `name[]`, is a list. */
async function readForm(
  request: FastifyRequest,
  fileField: string | undefined,
  keep: (part: MultipartFile) => Promise<object>,
): Promise<Record<string, unknown>> {
  const fields = new Map<string, unknown>();
  for await (const part of request.parts()) {
    const name = part.fieldname.replace(/\[\d*\]$/, '');
    if (part.type === 'file') {
      if (name !== fileField) throw new WharfError('OPTION_INVALID', { details: { option: name } });
      // A form of a browser has the field also when no file was chosen.
      if (part.filename === '') part.file.resume();
      else fields.set(name, await keep(part));
    } else if (fields.has(name) || name !== part.fieldname) {
      fields.set(name, [...[fields.get(name) ?? []].flat(), part.value]);
    } else {
      fields.set(name, part.value);
    }
  }
  return Object.fromEntries(fields);
}

/** A file as it comes in. */
export interface IncomingFile extends AsyncIterable<Uint8Array> {
  /** It was cut off, since it is larger than is allowed. */
  readonly truncated: boolean;
  /** Lets the rest of it come and go. */
  resume(): unknown;
}

/** Streams a file to the media library. @throws WharfError REQUEST_TOO_LARGE, what `DeviceLibrary.store` throws */
export async function inLibrary(
  manager: Manager,
  deviceId: string,
  { file, filename, mimetype }: { file: IncomingFile; filename?: string; mimetype?: string },
) {
  try {
    const claims = { ...(filename ? { fileName: filename } : {}), ...(mimetype ? { mimetype } : {}) };
    const stored = await manager.media(deviceId).store({ stream: file }, claims);
    if (file.truncated) throw new WharfError('REQUEST_TOO_LARGE');
    return stored;
  } catch (error) {
    file.resume();
    if (file.truncated) throw new WharfError('REQUEST_TOO_LARGE', { cause: error });
    throw error;
  }
}

async function inMemory({ file }: MultipartFile) {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of file as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= MAX_PICTURE_BYTES) chunks.push(chunk);
  }
  if (size > MAX_PICTURE_BYTES || file.truncated)
    throw new WharfError('MEDIA_TOO_LARGE', { details: { maxBytes: MAX_PICTURE_BYTES } });
  return { base64: Buffer.concat(chunks).toString('base64') };
}
