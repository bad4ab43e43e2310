import type { LinkRequest } from '../accounts/linking.js';
import { SimulatorError } from '../errors.js';

const KEY_BYTES = 32;

/**
 * Reads the text of a pairing QR: `ref,noise key,identity key,secret,platform`, bare or behind a `#` in a URL.
 *
 * @throws SimulatorError 400 if it is anything else.
 */
export function parseQr(text: string): LinkRequest & { ref: string } {
  const fields = text
    .trim()
    .replace(/^https?:\/\/[^#]*#/, '')
    .split(',');
  const [ref, , identity, advSecret] = fields;
  if (ref && identity && advSecret) {
    const request = {
      ref,
      identity: Buffer.from(identity, 'base64'),
      advSecret: Buffer.from(advSecret, 'base64'),
    };
    if (request.identity.length === KEY_BYTES && request.advSecret.length === KEY_BYTES) return request;
  }
  throw new SimulatorError(
    'QR_INVALID',
    400,
    'That is not the text of a pairing QR code: copy all of it, commas included.',
  );
}
