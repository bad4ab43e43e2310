import { type LookupAddress, type LookupOptions, lookup } from 'node:dns';
import { isIP } from 'node:net';
import { WharfError } from '../../errors/errors.js';

type IsAllowed = (address: string) => boolean;

/**
 * Tells whether an address belongs to the public internet: no private network, no loopback, no cloud's metadata service, and no
 * way round to one of these.
 */
export async function loadIsPublic(): Promise<IsAllowed> {
  const { default: ipaddr } = await import('ipaddr.js');
  // Everything that is set apart for some purpose has a range of its own; IPv4 in the clothes of IPv6 is taken out of them first.
  return (address) => ipaddr.isValid(address) && ipaddr.process(address).range() === 'unicast';
}

/** Refuses a URL that names such an address. Names are looked up later, by `guardedLookup`. @throws WharfError MEDIA_ADDRESS_REFUSED */
export function assertAllowedHost({ hostname }: URL, isAllowed: IsAllowed): void {
  const host = hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) && !isAllowed(host)) throw new WharfError('MEDIA_ADDRESS_REFUSED');
}

type Found = (error: Error | null, address: string | LookupAddress[], family?: number) => void;

/**
 * Looks a name up and gives its allowed addresses only, to the very connection that goes there: a name that changes what it leads
 * to between a check and a connection is of no use to anybody.
 */
export function guardedLookup(isAllowed: IsAllowed) {
  return (name: string, options: LookupOptions, found: Found): void => {
    lookup(name, { ...options, all: true }, (error, addresses) => {
      if (error) return found(error, []);
      const [first, ...others] = addresses.filter(({ address }) => isAllowed(address));
      if (!first) return found(new WharfError('MEDIA_ADDRESS_REFUSED'), []);
      if (options.all) found(null, [first, ...others]);
      else found(null, first.address, first.family);
    });
  };
}
