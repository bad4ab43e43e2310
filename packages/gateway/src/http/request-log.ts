import { loggable } from '@wharf/core';
import { type FastifyReply, type FastifyRequest, LogController } from 'fastify';

/**
 * One line for each request: which route and how it ended. Paths and bodies hold phone numbers, so the pattern of the route
 * is all that is said, and of an error only which one it is.
 */
export class RequestLog extends LogController {
  override incomingRequest(): void {}

  override requestCompleted(_error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const { method, routeOptions, token, device } = request;
    request.log.info(
      {
        method,
        route: routeOptions.url ?? 'unknown',
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
        token: token?.id,
        device: device?.id,
      },
      'request',
    );
  }

  override defaultErrorLog(error: Error, request: FastifyRequest): void {
    request.log.warn({ error: loggable(error) }, 'A request failed');
  }

  override streamError(error: Error, request: FastifyRequest): void {
    request.log.warn({ error: loggable(error) }, 'An answer broke off');
  }

  override routeNotFound(): void {}
}
