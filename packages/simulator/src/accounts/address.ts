import { type AddressSpace, formatJid, LID_SERVER, PN_SERVER } from '../stanza/jid.js';
import type { Account } from './account.js';

/** The JID of an account, or of one of its devices, in an address space. */
export function addressIn(account: Account, space: AddressSpace, device = 0): string {
  return space === 'lid'
    ? formatJid(account.lid, LID_SERVER, device)
    : formatJid(account.phone, PN_SERVER, device);
}

/** The attributes that name a person in both spaces: `participant` and, for example, `participant_pn`. */
export function bothAddresses(
  name: string,
  account: Account,
  space: AddressSpace,
  device = 0,
): Record<string, string> {
  return {
    [name]: addressIn(account, space, device),
    ...(space === 'lid' ? { [`${name}_pn`]: account.pnJid } : { [`${name}_lid`]: account.lidJid }),
  };
}
