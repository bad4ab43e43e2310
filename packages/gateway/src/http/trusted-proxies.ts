import { isIP } from 'node:net';
import { WharfError } from '@wharf/core';

/** Names for the addresses of this machine, and of networks that are nobody else's. */
const NETWORKS = ['loopback', 'linklocal', 'uniquelocal'];

/**
 * Reads which proxies are believed when they say who has asked: addresses, networks like `10.0.0.0/8`, or names of such.
 *
 * @throws WharfError OPTION_INVALID
 */
export function readTrustedProxies(text: string): string[] {
  const proxies = text.split(',').map((part) => part.trim());
  if (!proxies.every(isProxy)) throw new WharfError('OPTION_INVALID', { details: { option: 'trust-proxy' } });
  return proxies;
}

function isProxy(text: string): boolean {
  if (NETWORKS.includes(text)) return true;
  const [address = '', bits, ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}
