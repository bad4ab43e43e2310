import rateLimit from '@fastify/rate-limit';
import { inputError, WharfError } from '@wharf/core';
import type { FastifyRequest } from 'fastify';
import plugin from 'fastify-plugin';
import { z } from 'zod';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** No rate limit: what a machine asks every few seconds. */
    isUnlimited?: boolean;
  }
  interface FastifyInstance {
    /** Counts a failed attempt to get in. @throws WharfError REQUEST_TOO_OFTEN when there were too many from there */
    noteFailedAttempt(request: FastifyRequest): Promise<void>;
    /** The limits that are in force. */
    limits: Limits;
  }
}

const limits = z.strictObject({
  /** Requests of a token in a minute. */
  requestsPerMinute: z.int().min(1).default(6_000),
  /** Requests with no good token, from one address in a minute. */
  failuresPerMinute: z.int().min(1).default(30),
  /** A body of JSON. */
  bodyBytes: z
    .int()
    .min(1_024)
    .default(1024 ** 2),
  /** An uploaded file. */
  fileBytes: z
    .int()
    .min(1_024)
    .default(2 * 1024 ** 3),
  /** How long a request may take to arrive. */
  requestMs: z.int().min(1_000).default(3_600_000),
});
export type Limits = z.output<typeof limits>;

/** @throws WharfError OPTION_INVALID */
export function readLimits(given: Partial<Limits> = {}): Limits {
  const { data, error } = limits.safeParse(given);
  if (error) throw inputError(error);
  return data;
}

const MINUTE_MS = 60_000;

/** Lets nobody ask too often: by token, and by address who has none. */
export const limit = plugin<Limits>(
  async (app, given) => {
    app.decorate('limits', given);
    app.addHook('onRoute', (route) => {
      if (route.config?.isUnlimited) route.config = { ...route.config, rateLimit: false };
    });
    await app.register(rateLimit, {
      max: given.requestsPerMinute,
      timeWindow: MINUTE_MS,
      keyGenerator: ({ token, ip }) => (token ? `token ${token.id}` : ip),
      errorResponseBuilder: () => new WharfError('REQUEST_TOO_OFTEN'),
    });
    const attempts = app.createRateLimit({
      max: given.failuresPerMinute,
      timeWindow: MINUTE_MS,
      keyGenerator: ({ ip }) => `failed ${ip}`,
    });
    app.decorate('noteFailedAttempt', async (request: FastifyRequest) => {
      const { isAllowed, ...rest } = await attempts(request);
      if (!isAllowed && 'isExceeded' in rest && rest.isExceeded) throw new WharfError('REQUEST_TOO_OFTEN');
    });
  },
  { name: 'wharf-limits' },
);
