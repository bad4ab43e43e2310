import { z } from 'zod';
import { WharfError } from '../errors/errors.js';
import { parseRecipient, phoneOf } from '../types/ids.js';
import type { LoginMethod } from './login.js';

const schema = z.discriminatedUnion('method', [
  z.object({ method: z.literal('qr') }),
  z.object({ method: z.literal('code'), phone: z.string() }),
]);

/**
 * Checks how a device is to be linked; the phone number may be written as people write it.
 *
 * @throws WharfError OPTION_INVALID
 */
export function readLoginMethod(how: LoginMethod): LoginMethod {
  const parsed = schema.safeParse(how);
  if (!parsed.success) throw new WharfError('OPTION_INVALID', { details: { option: 'method' } });
  if (parsed.data.method === 'qr') return parsed.data;
  const phone = phoneOf(parseRecipient(parsed.data.phone));
  if (!phone) throw new WharfError('OPTION_INVALID', { details: { option: 'phone' } });
  return { method: 'code', phone };
}
