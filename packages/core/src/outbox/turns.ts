import type { OutboxEntry, Scope, ScopedStore, Store } from '../store/store.js';
import { isGroupJid, type Jid } from '../types/ids.js';
import type { PacingSettings } from '../types/pacing-settings.js';
import type { Clock } from '../util/clock.js';
import { chatOpensAt, opensAt, type Pace, type PacingState, paces, take, unpaced } from './pacing.js';

export interface TurnsSurroundings {
  store: Store;
  scope: Scope;
  clock: Clock;
  random(): number;
  settings(): PacingSettings;
}

/**
 * Whose turn it is, and when: the first open item of each chat has its turn, at the pace its chat asks for.
 *
 * All of it is in the store, so that it holds across restarts.
 */
export class Turns {
  constructor(private readonly around: TurnsSurroundings) {}

  /** Gives the first open item of a chat its turn, if it does not have it yet. */
  pass(chat: Jid): void {
    const first = this.#scoped.outbox.getFirst(chat);
    if (first && first.pace === undefined) this.#give(first, this.#paceOf(chat));
  }

  /** Somebody wrote in a chat: what waits there may be an answer now. False when that changes nothing. */
  review(chat: Jid): boolean {
    const { outbox } = this.#scoped;
    const first = outbox.hasOpen(chat) ? outbox.getFirst(chat) : undefined;
    if (first?.state !== 'queued') return false;
    const pace = this.#paceOf(chat);
    if (paces.indexOf(pace) >= paces.indexOf(first.pace as Pace)) return false;
    this.#give(first, pace);
    return true;
  }

  /** Takes the item whose turn it is now, and notes that it goes out, in one transaction. */
  claim(): OutboxEntry | undefined {
    const { clock, random, settings, store } = this.around;
    const { outbox } = this.#scoped;
    const state = this.#state;
    const now = clock.now();
    const due = (pace: Pace) =>
      Math.max(opensAt(state, pace, settings(), { now }), this.#nextTurn(pace)) <= now;
    for (const pace of paces) {
      if (!due(pace)) continue;
      const claimed = store.transaction(() => {
        const entry = outbox.claim(now, pace);
        if (!entry) return undefined;
        const taken = take(state, { pace, chat: entry.chat, now, random: random() }, settings());
        if (taken !== state) outbox.putPacing(JSON.stringify(taken));
        return entry;
      });
      if (claimed) return claimed;
    }
    return undefined;
  }

  /** When the next item may go out; undefined while none waits for its turn. */
  nextAt(): number | undefined {
    const now = this.around.clock.now();
    const times = paces.map((pace) =>
      Math.max(opensAt(this.#state, pace, this.around.settings(), { now }), this.#nextTurn(pace)),
    );
    const next = Math.min(...times);
    return Number.isFinite(next) ? next : undefined;
  }

  /** When a queued item goes out at the earliest; undefined when nothing but the link keeps it, or one before it in its chat. */
  forecast(entry: OutboxEntry): number | undefined {
    if (entry.state !== 'queued') return undefined;
    const now = this.around.clock.now();
    const ahead = entry.pace === undefined ? 0 : this.#scoped.outbox.countAhead(entry);
    const opens =
      entry.pace === undefined
        ? 0
        : opensAt(this.#state, entry.pace as Pace, this.around.settings(), { now, ahead });
    const notBefore = Math.max(entry.notBefore, opens);
    return notBefore > now ? notBefore : undefined;
  }

  /** WhatsApp does not let the account begin conversations: strangers wait. */
  restrict(): void {
    const restrictedAt = this.around.clock.now();
    this.#scoped.outbox.putPacing(JSON.stringify({ ...this.#state, restrictedAt }));
  }

  get #scoped(): ScopedStore {
    return this.around.store.forDevice(this.around.scope);
  }

  get #state(): PacingState {
    const stored = this.#scoped.outbox.getPacing();
    return stored === undefined ? unpaced : (JSON.parse(stored) as PacingState);
  }

  #nextTurn(pace: Pace): number {
    return this.#scoped.outbox.nextTurn(pace) ?? Number.POSITIVE_INFINITY;
  }

  #give({ messageId, chat, notBefore }: OutboxEntry, pace: Pace): void {
    const opens = chatOpensAt(this.#state, chat, this.around.settings(), this.around.clock.now());
    this.#scoped.outbox.putTurn(messageId, pace, Math.max(notBefore, opens));
  }

  #paceOf(chat: Jid): Pace {
    const { scope, clock, settings } = this.around;
    const { chats } = this.#scoped;
    if (chat === scope.jid) return 'answer';
    const heardAt = chats.getHeardAt(chat);
    if (heardAt !== undefined && heardAt > clock.now() - settings().answerWindowMs) return 'answer';
    return isGroupJid(chat) || chats.isInUse(chat) ? 'ordinary' : 'stranger';
  }
}
