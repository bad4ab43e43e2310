import type { ScopedStore } from '../store/store.js';
import type { Group } from '../types/group.js';
import { isLid, type Jid } from '../types/ids.js';
import type { Person } from '../types/message.js';

/** Somebody with what is known of them besides: the number behind a hidden address, and their names. */
export function namedPerson<P extends Person>({ contacts }: ScopedStore, person: P): P {
  const known = (isLid(person.jid) ? contacts.getByLid(person.jid) : undefined) ?? contacts.get(person.jid);
  return known ? { ...known, ...person, jid: known.jid } : person;
}

/** A group with the names of those in it, as far as the account knows them. */
export const named = (stored: ScopedStore, group: Group): Group => ({
  ...group,
  participants: group.participants.map((participant) => namedPerson(stored, participant)),
});

/** The address under which somebody or a chat is filed: whoever is known by number is never filed under the hidden one. */
export const known = ({ contacts }: ScopedStore, jid: Jid): Jid => contacts.getByLid(jid)?.jid ?? jid;
