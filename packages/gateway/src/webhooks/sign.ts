import { createHmac } from 'node:crypto';

export interface Signed {
  secret: string;
  body: string;
  deliveryId: string;
  /** Epoch milliseconds. */
  at: number;
}

const hmac = (secret: string, text: string): string =>
  createHmac('sha256', secret).update(text).digest('hex');

/**
 * The headers by which a receiver knows that a delivery is genuine and new.
 *
 * `X-Hub-Signature-256` covers the body alone, as others do it. `X-Wharf-Signature` covers the time and the delivery, too: a
 * delivery that somebody has recorded cannot be played again later.
 */
export function signatureHeaders({ secret, body, deliveryId, at }: Signed): Record<string, string> {
  const timestamp = String(Math.floor(at / 1_000));
  return {
    'x-hub-signature-256': `sha256=${hmac(secret, body)}`,
    'x-wharf-timestamp': timestamp,
    'x-wharf-delivery': deliveryId,
    'x-wharf-signature': `sha256=${hmac(secret, `${timestamp}.${deliveryId}.${body}`)}`,
  };
}
