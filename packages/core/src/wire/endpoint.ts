import { z } from 'zod';
import { WharfError } from '../errors/errors.js';
import type { Endpoint } from '../types/endpoint.js';

const endpointSchema = z.object({
  ws: z.url({ protocol: /^wss?$/ }),
  noiseRootPublicKey: z.string().regex(/^[0-9a-f]{64}$/i),
});

const LOOPBACK = /^(127(\.\d{1,3}){3}|\[::1\]|localhost)$/;

/**
 * Reads an endpoint: an object, or the JSON line that the simulator prints.
 *
 * @throws WharfError OPTION_INVALID, ENDPOINT_NOT_LOOPBACK
 */
export function parseEndpoint(value: Endpoint | string): Endpoint {
  const parsed = endpointSchema.safeParse(typeof value === 'string' ? readJson(value) : value);
  if (!parsed.success) throw new WharfError('OPTION_INVALID', { details: { option: 'endpoint' } });
  if (!LOOPBACK.test(new URL(parsed.data.ws).hostname)) throw new WharfError('ENDPOINT_NOT_LOOPBACK');
  return parsed.data;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new WharfError('OPTION_INVALID', { details: { option: 'endpoint' }, cause });
  }
}
