import type { Jid } from './ids.js';
import type { Person } from './message.js';

/** What somebody can be seen doing; `paused`: no longer writes or records. */
export type PresenceState = 'available' | 'unavailable' | 'composing' | 'recording' | 'paused';

/** How somebody shows up in a chat. */
export interface Presence {
  /** Where: the JID of the person, or of the group. */
  chat: Jid;
  contact: Person;
  state: PresenceState;
  /** When they were last online, in epoch milliseconds; absent while they are, and for those who do not show it. */
  lastSeenAt?: number;
}
