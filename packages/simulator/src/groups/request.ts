import type { Account } from '../accounts/account.js';
import type { Companion } from '../accounts/device.js';
import type { Directory } from '../accounts/directory.js';
import { childrenOf, type Stanza } from '../stanza/node.js';

/** What a client asks about groups, or wants done with one. */
export interface GroupRequest {
  directory: Directory;
  /** Who asks. */
  companion: Companion;
  /** The group it is about, or `@g.us`. */
  to: string;
  /** The child of the query that says what is wanted. */
  request: Stanza;
}

/** Answers one kind of request with the content of the result. @throws SimulatorError what the client is refused with. */
export type GroupAnswer = (request: GroupRequest) => Stanza[];

/** The people that `<participant>` children name: those with an account here, and the JIDs of the others. */
export function readParticipants(
  directory: Directory,
  parent: Stanza | undefined,
): { known: Account[]; unknown: string[] } {
  const jids = childrenOf(parent, 'participant').flatMap(({ attrs }) => attrs.jid ?? []);
  return {
    known: [...new Set(jids.flatMap((jid) => directory.find(jid) ?? []))],
    unknown: jids.filter((jid) => !directory.find(jid)),
  };
}
