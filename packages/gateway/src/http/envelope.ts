import { type ErrorCode, inputError, isWharfError, loggable, WharfError } from '@wharf/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ZodError } from 'zod';

/** What every answer that has no error looks like; with one, `code` is that of the error. */
export interface Envelope<Results = unknown> {
  code: 'SUCCESS';
  /** A sentence for a person. */
  message: string;
  results: Results;
}

/** An answer that says that it worked. */
export const answer = <Results>(message: string, results: Results): Envelope<Results> => ({
  code: 'SUCCESS',
  message,
  results,
});

/** Every error leaves in the envelope. */
export function addEnvelope(app: FastifyInstance): void {
  app.setErrorHandler((error, request, reply) => refuse(request, reply, error));
  app.setNotFoundHandler((request, reply) => refuse(request, reply, new WharfError('ROUTE_NOT_FOUND')));
}

function refuse(request: FastifyRequest, reply: FastifyReply, error: unknown): FastifyReply {
  const known = wharfErrorOf(error, request);
  if (known.httpStatus >= 500) request.log.warn({ error: loggable(error) }, 'A request failed');
  if (known.code === 'TOKEN_REQUIRED')
    reply.header('www-authenticate', 'Basic realm="Wharf", charset="UTF-8"');
  return reply.code(known.httpStatus).send(errorEnvelope(known));
}

/** What an answer with an error looks like: all that a client needs to make the same WharfError of it. */
export interface ErrorEnvelope {
  code: ErrorCode;
  message: string;
  results: Pick<WharfError, 'kind' | 'retry' | 'httpStatus' | 'remedy' | 'details'> & { device_id?: string };
}

/** An error as it is sent. */
export const errorEnvelope = (error: WharfError): ErrorEnvelope => {
  const { code, message, kind, retry, httpStatus, remedy, details } = error;
  const named = typeof details.deviceId === 'string' ? { device_id: details.deviceId } : {};
  return { code, message, results: { kind, retry, httpStatus, remedy, details, ...named } };
};

/** Which of our errors it is; what Fastify and its plugins throw has a status. */
function wharfErrorOf(error: unknown, request: FastifyRequest): WharfError {
  if (isWharfError(error)) return error;
  if (error instanceof ZodError) return inputError(error);
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  switch (status) {
    case 413:
      return new WharfError('REQUEST_TOO_LARGE', { cause: error });
    case 415:
    case 406:
      return new WharfError('REQUEST_TYPE_UNSUPPORTED', { cause: error });
    case 429:
      return new WharfError('REQUEST_TOO_OFTEN', { cause: error });
    case 503:
      return new WharfError('MANAGER_CLOSED', { cause: error });
    default:
      if (typeof status === 'number' && status >= 400 && status < 500)
        return new WharfError('REQUEST_INVALID', { cause: error });
      return new WharfError('INTERNAL_ERROR', { cause: error, details: { requestId: request.id } });
  }
}
