import type { Stanza } from '../stanza/node.js';

/** Writes a stanza to the client; with `isCut`, only the first half of its frame, and then the connection is gone. */
export type Write = (stanza: Stanza, isCut?: boolean) => void;

/** What stands between a connection and its server while faults are asked for: everything passes by it. */
export interface Gate {
  /** Lets a stanza of the server pass by calling `write`: now, later, twice or not at all. */
  outgoing(stanza: Stanza, write: Write): void;
  /** Whether a stanza of the client reaches the server. */
  isAdmitted(stanza: Stanza): boolean;
  /** Whether the server answers the hello of the client; if not, it leaves it hanging. */
  isAnswering(): boolean;
  /** How long the server waits, in milliseconds, before it reads on after that many bytes. */
  pauseAfter(byteCount: number): number;
}
