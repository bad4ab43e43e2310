import type { Jid } from './ids.js';
import type { Person } from './message.js';

/** How far a call got: it rings, was taken or declined, here or on another device of the account, or is over. */
export type CallStep = 'offered' | 'accepted' | 'rejected' | 'missed' | 'ended';

/** A call to the account, as it happens. */
export interface Call {
  /** The same in every step of a call. */
  id: string;
  step: CallStep;
  /** Where it rings: the JID of the caller, or of the group. */
  chat: Jid;
  caller: Person;
  isGroup: boolean;
  isVideo: boolean;
  /** Epoch milliseconds. */
  at: number;
  /** True when it had waited on the server while the device was away: it is long over. */
  isOffline: boolean;
}
