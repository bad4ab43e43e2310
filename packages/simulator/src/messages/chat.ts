import type { Account } from '../accounts/account.js';
import { addressIn } from '../accounts/address.js';
import { SimulatorError } from '../errors.js';
import type { Group } from '../groups/group.js';
import type { Newsletter } from '../newsletters/newsletter.js';
import {
  type AddressSpace,
  addressSpaceOf,
  GROUP_SERVER,
  NEWSLETTER_SERVER,
  parseJid,
  STATUS_JID,
} from '../stanza/jid.js';

/** Where one phone writes to: a person, a group, or everybody who sees its status. */
export interface Chat {
  /** What stanzas call it. */
  jid: string;
  /** What the phone's list of chats calls it: a person's PN JID, or the same as `jid`. */
  name: string;
  /** How people are addressed in it. */
  space: AddressSpace;
  /** Everybody in it, the owner of the phone included. */
  people: Account[];
  /** Whether it is encrypted once for all, with sender keys. */
  isBroadcast: boolean;
  group?: Group;
  /** Where it is one: posts are not encrypted. */
  newsletter?: Newsletter;
}

/** Whether a JID names a group or the status, where one message goes to many. */
export function isBroadcast(jid: string | undefined): boolean {
  return jid === STATUS_JID || parseJid(jid)?.server === GROUP_SERVER;
}

/**
 * Finds the chat that an address names, as `owner` writes to it.
 *
 * @param to phone number, PN or LID JID, group JID, or `status@broadcast`.
 * @param space address space for a person: by default the one a LID JID asks for, else the one the other side
 * used last, else LID.
 * @throws SimulatorError 404 if there is no such person or group, 403 if the owner is not in the group.
 */
export function findChat(owner: Account, to: string | Account, space?: AddressSpace): Chat {
  if (typeof to !== 'string') return chatWith(owner, to, space);
  if (to === STATUS_JID) {
    return { jid: to, name: to, space: 'lid', people: statusAudience(owner), isBroadcast: true };
  }
  if (parseJid(to)?.server === GROUP_SERVER) {
    const group = owner.directory.groups.get(to);
    const { jid, members, state } = group;
    return { jid, name: jid, space: state.addressingMode, people: members, isBroadcast: true, group };
  }
  if (parseJid(to)?.server === NEWSLETTER_SERVER) {
    const newsletter = owner.directory.newsletters.get(to);
    return { jid: to, name: to, space: 'lid', people: newsletter.audience, isBroadcast: true, newsletter };
  }
  const person = owner.directory.find(to);
  if (!person)
    throw new SimulatorError(
      'ACCOUNT_NOT_FOUND',
      404,
      `Nobody has the address ${to}: link a device or add a contact with it first.`,
    );
  return chatWith(owner, person, space ?? (parseJid(to) && addressSpaceOf(to) === 'lid' ? 'lid' : undefined));
}

function chatWith(owner: Account, person: Account, space?: AddressSpace): Chat {
  const used = space ?? owner.state.addressSpaces.get(person.lid) ?? 'lid';
  return {
    jid: addressIn(person, used),
    name: person.pnJid,
    space: used,
    people: [...new Set([owner, person])],
    isBroadcast: false,
  };
}

/** A status is for those one has chatted with. */
function statusAudience(owner: Account): Account[] {
  const partners = owner.state.messages.flatMap(({ chat }) => owner.directory.find(chat) ?? []);
  return [...new Set([owner, ...partners])];
}
