import type { EventLog } from '../events/log.js';
import type { Scope, ScopedStore } from '../store/store.js';
import { isLid, type Jid } from '../types/ids.js';
import type { Person } from '../types/message.js';
import type { Presence } from '../types/presence.js';
import type { Clock } from '../util/clock.js';
import type { PresenceQueries } from '../wire/queries.js';

/** Chats that are watched; one more, and the one that was asked for first is forgotten. */
const MOST_WATCHED = 1_000;

/** People whose last presence is remembered, so that the same again is no news. */
const MOST_REMEMBERED = 5_000;

/** Written to the log within a minute: of one chat, and of all chats of a device. What is more is forgotten. */
export const PRESENCES_PER_MINUTE = { chat: 20, device: 120 };

const MINUTE_MS = 60_000;

interface Surroundings {
  log: EventLog;
  clock: Clock;
  onFailure(error: unknown): void;
}

/** The presences of the chats that are watched: what is news of them, and not too much of it, becomes an event. */
export class Presences {
  readonly #watched = new Set<Jid>();
  readonly #last = new Map<string, string>();
  readonly #counts = new Map<Jid, number>();
  #total = 0;
  #minuteStartedAt = 0;

  constructor(private readonly around: Surroundings) {}

  /** Asks WhatsApp to tell, on this connection and on those that follow as long as the process lives. */
  async subscribe(chat: Jid, presence: PresenceQueries, stored: ScopedStore): Promise<void> {
    const jid = canonical({ jid: chat }, stored).jid;
    const [oldest] = this.#watched;
    if (oldest && !this.#watched.has(jid) && this.#watched.size >= MOST_WATCHED) this.#watched.delete(oldest);
    this.#watched.add(jid);
    await presence.subscribe(chat);
  }

  /** A new connection knows nothing of what was asked on the one before. */
  renew(presence: PresenceQueries): void {
    this.#last.clear();
    for (const chat of this.#watched) presence.subscribe(chat).catch(this.around.onFailure);
  }

  take(scope: Scope, presence: Presence, stored: ScopedStore): void {
    if (this.#watched.size === 0) return;
    const chat = canonical({ jid: presence.chat }, stored).jid;
    if (!this.#watched.has(chat)) return;
    const contact = canonical(presence.contact, stored);
    const who = `${chat} ${contact.jid}`;
    const what = `${presence.state} ${presence.lastSeenAt ?? ''}`;
    if (this.#last.get(who) === what || !this.#isWithinBounds(chat)) return;
    const [oldest] = this.#last.keys();
    if (oldest && this.#last.size >= MOST_REMEMBERED) this.#last.delete(oldest);
    this.#last.set(who, what);
    this.around.log.append({ type: 'presence', ...scope, payload: { ...presence, chat, contact } });
  }

  #isWithinBounds(chat: Jid): boolean {
    const now = this.around.clock.now();
    if (Math.abs(now - this.#minuteStartedAt) >= MINUTE_MS) {
      this.#minuteStartedAt = now;
      this.#total = 0;
      this.#counts.clear();
    }
    const count = this.#counts.get(chat) ?? 0;
    if (count >= PRESENCES_PER_MINUTE.chat || this.#total >= PRESENCES_PER_MINUTE.device) return false;
    this.#counts.set(chat, count + 1);
    this.#total += 1;
    return true;
  }
}

/** A person under the number, where it is known. */
function canonical(person: Person, { contacts }: ScopedStore): Person {
  const behind = isLid(person.jid) ? contacts.getByLid(person.jid) : undefined;
  return behind ? { ...behind, ...person, jid: behind.jid } : person;
}
